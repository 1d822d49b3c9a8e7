"""The whole house: importing this opens every room, so that its flows and reactions are registered."""

from orderhub.delivery import flow as delivery_flow
from orderhub.delivery import reactions as delivery_reactions
from orderhub.orders import erasing
from orderhub.orders import flow as orders_flow

ROOMS = (orders_flow, erasing, delivery_flow, delivery_reactions)
