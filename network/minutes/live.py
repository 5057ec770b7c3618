"""Minutes over the socket: what the forms do."""

from network.live import deed
from network.meetings.models import AgendaItem
from network.minutes import actions, lines
from network.minutes.forms import AgreeForm, DecideForm, DropForm, WriteForm
from network.minutes.models import Action

deed("drafts.begin", AgendaItem, actions.write_together)
deed("minutes.write", AgendaItem, actions.write, WriteForm)
deed("minutes.decide", AgendaItem, lines.decide, DecideForm)
deed("minutes.agree", AgendaItem, lines.agree, AgreeForm)
deed("minutes.tick_off", Action, lines.tick_off)
deed("minutes.drop", Action, lines.drop, DropForm)
deed("minutes.reopen", Action, lines.reopen)
