"""The whole house: importing this opens every room, so that its flows, reactions, erasers, views and panels are known."""

from orderhub.delivery import flow as delivery_flow
from orderhub.delivery import pages as delivery_pages
from orderhub.delivery import reactions as delivery_reactions
from orderhub.desk import pages as desk_pages
from orderhub.dossier import pages as dossier_pages
from orderhub.dossier.order import pages as dossier_order_pages
from orderhub.insight import pages as insight_pages
from orderhub.intake import erasing as intake_erasing
from orderhub.intake import outgoing, quarantine
from orderhub.intake import pages as intake_pages
from orderhub.intake import reactions as intake_reactions
from orderhub.journey import pages as journey_pages
from orderhub.journey.order import pages as journey_order_pages
from orderhub.orders import erasing
from orderhub.orders import flow as orders_flow
from orderhub.orders import pages as orders_pages

ROOMS = (
    *(orders_flow, erasing, orders_pages),
    *(delivery_flow, delivery_reactions, delivery_pages),
    *(quarantine, intake_erasing, intake_reactions, outgoing, intake_pages),
    *(desk_pages, insight_pages),
    *(journey_pages, journey_order_pages),
    *(dossier_pages, dossier_order_pages),
)
