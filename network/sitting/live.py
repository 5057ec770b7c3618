"""Running a meeting over the socket: what the forms do."""

from network.live import deed
from network.meetings.models import AgendaItem, Meeting
from network.sitting import actions
from network.sitting.forms import ExpectedForm, NewItemForm, StartForm

deed("meetings.start", Meeting, actions.start, StartForm)
deed("meetings.next_item", Meeting, actions.next_item, ExpectedForm)
deed("meetings.open_item", AgendaItem, actions.open_item, ExpectedForm)
deed("meetings.reopen_item", AgendaItem, actions.reopen, ExpectedForm)
deed("meetings.postpone_item", AgendaItem, actions.postpone, ExpectedForm)
deed("meetings.put_back_item", AgendaItem, actions.put_back)
deed("meetings.pause", Meeting, actions.pause)
deed("meetings.continue", Meeting, actions.go_on)
deed("meetings.add_item_now", Meeting, actions.add_item_now, NewItemForm)
deed("meetings.close", Meeting, actions.close, ExpectedForm)
