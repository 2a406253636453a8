"""The model: what can be said about a service architecture. Imports nothing above it, and no Qt.

Everything is a frozen value; `replace` makes the next one. `None` means that nobody said it.
"""

from models.architecture.base import Frozen, FrozenDict, Origin, Provenance, replace
from models.architecture.diagrams import Diagram
from models.architecture.effective import ASSUMPTIONS, Valued, assumed, in_force, said
from models.architecture.elements import (
    Autoscale,
    Client,
    Datastore,
    Element,
    External,
    Group,
    Note,
    Queue,
    Service,
    Topic,
)
from models.architecture.journeys import (
    Branch,
    ChoiceStep,
    ClosedLoad,
    Journey,
    LinkStep,
    Load,
    OpenLoad,
    ScheduledLoad,
    Target,
    UseStep,
    WorkStep,
)
from models.architecture.kinds import KINDS, STYLES, allowed, allowed_styles, allowed_targets
from models.architecture.links import (
    NO_ORDER_KEY,
    AsyncLink,
    CircuitBreaker,
    Contract,
    Delivery,
    EventLink,
    Link,
    Profile,
    Retry,
    SharedDataLink,
    SyncLink,
)
from models.architecture.model import FORMAT, Architecture
from models.architecture.policy import Policy, SeveritySetting, Threshold, Waiver
from models.architecture.scenarios import Expectation, Fault, Scenario
from models.architecture.values import mean_of, quantile_of

__all__ = [
    "ASSUMPTIONS",
    "FORMAT",
    "KINDS",
    "NO_ORDER_KEY",
    "STYLES",
    "Architecture",
    "AsyncLink",
    "Autoscale",
    "Branch",
    "ChoiceStep",
    "CircuitBreaker",
    "Client",
    "ClosedLoad",
    "Contract",
    "Datastore",
    "Delivery",
    "Diagram",
    "Element",
    "EventLink",
    "Expectation",
    "External",
    "Fault",
    "Frozen",
    "FrozenDict",
    "Group",
    "Journey",
    "Link",
    "LinkStep",
    "Load",
    "Note",
    "OpenLoad",
    "Origin",
    "Policy",
    "Profile",
    "Provenance",
    "Queue",
    "Retry",
    "Scenario",
    "ScheduledLoad",
    "Service",
    "SeveritySetting",
    "SharedDataLink",
    "SyncLink",
    "Target",
    "Threshold",
    "Topic",
    "UseStep",
    "Valued",
    "Waiver",
    "WorkStep",
    "allowed",
    "allowed_styles",
    "allowed_targets",
    "assumed",
    "in_force",
    "mean_of",
    "quantile_of",
    "replace",
    "said",
]
