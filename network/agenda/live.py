"""Deeds on agendas over the socket: the same as by the forms."""

from network import live
from network.agenda import actions, proposals
from network.agenda.forms import AddItemForm, MoveForm, ProposalForm
from network.groups.models import Group
from network.meetings.models import AgendaItem, Meeting

live.deed("agenda.add_item", Meeting, actions.add_item, AddItemForm)
live.deed("agenda.move_item", AgendaItem, actions.move_item, MoveForm)
live.deed("agenda.propose", Group, proposals.propose, ProposalForm)
