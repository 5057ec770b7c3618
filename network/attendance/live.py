"""Taking part over the socket: what the forms do."""

from network.attendance import actions
from network.attendance.forms import AnswerForm, CheckInForm, ExcuseForm, MarkForm
from network.attendance.models import Attendance
from network.live import deed
from network.meetings.models import Meeting

deed("attendance.answer", Attendance, actions.answer, AnswerForm)
deed("attendance.check_in", Meeting, actions.check_in, CheckInForm)
deed("attendance.check_out", Attendance, actions.check_out)
deed("attendance.excuse", Attendance, actions.excuse, ExcuseForm)
deed("attendance.mark", Attendance, actions.mark, MarkForm)
