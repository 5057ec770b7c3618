"""What can be done to groups over the socket: coming in, and answering who wants to."""

from network.groups import actions, requests
from network.groups.models import Group, JoinRequest
from network.live import deed

deed("groups.join", Group, actions.join)
deed("groups.accept", JoinRequest, requests.accept)
deed("groups.withdraw", JoinRequest, requests.withdraw)
