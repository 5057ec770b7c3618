"""Who may see people, and who admits them."""

from typing import Any

from flask_babel import lazy_gettext as _l

from network.changes import because
from network.directory.models import Network
from network.people.models import OfficeDesk, Person, PersonState, Role
from network.things import rules


def may_see(user: Any, person: Person) -> bool:
    """Members of the network see each other; who is not admitted is seen by the Office and by themselves."""
    if not user.is_authenticated:
        return False
    if person.state == PersonState.ADMITTED:
        return True
    return bool(user.works_in_office or user.id == person.id)


def may_hear(user: Any, person: Person) -> bool:
    """A person's room is for that person alone."""
    return bool(user.is_authenticated and user.id == person.id)


def may_see_desk(user: Any, desk: OfficeDesk) -> bool:
    """The Office's desk is for the Office."""
    return bool(user.works_in_office)


@because(_l("People are invited and admitted by the Coordination Office."))
def may_admit(user: Any, desk: OfficeDesk) -> bool:
    """The Office invites people."""
    return bool(user.works_in_office)


@because(_l("People are invited and admitted by the Coordination Office."))
def may_decide(user: Any, person: Person) -> bool:
    """The Office answers an application, once."""
    return bool(user.works_in_office)


@because(_l("This invitation was taken back, has run out, or has been accepted already."))
def may_accept(user: Any, person: Person) -> bool:
    """Whoever holds the link of an open invitation, as the person whom it names; or of an admission, once."""
    if user.id != person.id:
        return False
    return person.invitation_open or (person.is_active and person.password_hash is None)


@because(_l("Applications are closed at the moment. Please write to the Coordination Office."))
def may_apply(user: Any, desk: OfficeDesk) -> bool:
    """Whoever is not signed in may ask for an account while applications are open."""
    return not user.is_authenticated and desk.parent.applications_open


@because(_l("This account cannot be used."))
def may_sign_in(user: Any, person: Person) -> bool:
    """Whoever has proved to be an admitted person."""
    return bool(user.id == person.id and person.is_active)


@because(_l("There is no account to which this could be sent."))
def may_be_reminded(user: Any, person: Person) -> bool:
    """Anybody may have a link sent to those who have an account or an open invitation."""
    return person.is_active or person.invitation_open


@because(_l("This link does not work any more."))
def may_use_own_link(user: Any, person: Person) -> bool:
    """The holder of a signed link acts as the person to whom it was sent, while there is an account."""
    return bool(user.id == person.id and person.is_active)


@because(_l("This is done by the clock when its time has come."))
def may_clear_away(user: Any, person: Person) -> bool:
    """The clock, for those who never became members."""
    return bool(user.is_clock and person.state in (PersonState.INVITED, PersonState.DECLINED))


@because(_l("You can change only your own profile."))
def may_change(user: Any, person: Person) -> bool:
    """Each person keeps their own profile."""
    return bool(user.is_authenticated and user.id == person.id)


@because(_l("Only the person themself, the Coordination Office or an administrator can do this."))
def may_care_for(user: Any, person: Person) -> bool:
    """Ending sign-ins: oneself, the Office, and administrators, who look after accounts."""
    own = user.is_authenticated and user.id == person.id
    return bool(own or user.works_in_office or may_administer(user))


@because(_l("People are invited by the Coordination Office."))
def may_invite_again(user: Any, person: Person) -> bool:
    """Whom the Office has invited may get the letter again also from an administrator."""
    return bool(user.works_in_office or may_administer(user))


@because(_l("Roles are given by the Coordination Office."))
def may_give_role(user: Any, person: Person) -> bool:
    """The Office names the coordination group and its own people.

    Not administrators, who else could give themselves the sight of closed groups.
    """
    return bool(user.works_in_office)


@because(_l("Administrators are named by administrators."))
def may_name_administrator(user: Any, person: Person) -> bool:
    """Administrators name each other; the Office gives them no rights, nor they it."""
    return may_administer(user) and person.is_active


@because(_l("You can leave only for yourself."))
def may_leave(user: Any, person: Person) -> bool:
    """Each for themself; the Office erases."""
    return bool(user.is_authenticated and user.id == person.id)


@because(
    _l("The address of an account is changed by its owner, or with a reason by the Coordination Office.")
)
def may_help_with_address(user: Any, person: Person) -> bool:
    """The Office, for members who cannot read their old address any more.

    Not administrators: whoever gives an account an address can sign in as its owner, in closed groups too.
    """
    return bool(user.works_in_office and user.id != person.id and person.is_active)


@because(_l("Only the Coordination Office can erase a person's data."))
def may_erase(user: Any, person: Person) -> bool:
    """Erasing is for the Office, and not for oneself: leaving is."""
    return bool(user.works_in_office and user.id != person.id)


@because(_l("Only the Coordination Office can silence or suspend people, and nobody themselves."))
def may_silence(user: Any, person: Person) -> bool:
    """The Office, others than themselves."""
    return bool(user.works_in_office and user.id != person.id)


@because(_l("The last person of the Coordination Office or of the administration cannot be suspended."))
def may_suspend(user: Any, person: Person) -> bool:
    """The Office, others than themselves; never the last who could open the account again."""
    if not may_silence(user, person):
        return False
    if person.suspended_at is not None:
        return True
    last_office = person.works_in_office and person.is_last_with(Person.role == Role.OFFICE)
    return not last_office and not (person.administers and person.is_last_with(Person.administers.is_(True)))


def may_administer(user: Any, network: Network | None = None) -> bool:
    """Settings, accounts, jobs, record of errors."""
    return bool(user.is_authenticated and user.administers)


def may_see_account(user: Any, person: Person) -> bool:
    """Administrators see every account in whatever state, and nothing of what the person wrote."""
    return may_administer(user)


def may_work_in_office(user: Any, network: Network | None = None) -> bool:
    """The Office's own pages."""
    return bool(user.works_in_office)


def rights(user: Any, person: Person) -> set[str]:
    """One's own room carries the words that hold on every page."""
    return {"office"} if user.works_in_office else set()


rules(Person, see=may_see, enter=may_hear, rights=rights)
rules(OfficeDesk, see=may_see_desk, rights=rights)
