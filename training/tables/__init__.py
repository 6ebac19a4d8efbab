"""Tables of the training room."""

from training.tables.catalogue import Course, CourseEquivalence, Requirement
from training.tables.chasing import TrainingNotice
from training.tables.events import Booking, TrainingEvent
from training.tables.people import LeaverProposal, Position, Post, Staff
from training.tables.records import Certificate, CurrentRecord, Exemption, TrainingRecord

__all__ = [
    "Booking",
    "Certificate",
    "Course",
    "CourseEquivalence",
    "CurrentRecord",
    "Exemption",
    "LeaverProposal",
    "Position",
    "Post",
    "Requirement",
    "Staff",
    "TrainingEvent",
    "TrainingNotice",
    "TrainingRecord",
]
