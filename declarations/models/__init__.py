"""The nouns: tables and nothing else, no rules and no Flask."""

from declarations.models.auditing import RegisterSample
from declarations.models.base import Base, BigId, CanonicalJson, UtcDateTime, public_id
from declarations.models.counterparty import Counterparty, CounterpartyGroup, NameToken, Spelling
from declarations.models.declaration import (
    Attachment,
    Condition,
    Decider,
    Declaration,
    Disclosure,
    Draft,
    Event,
    Filing,
    NamedPerson,
    NumberSeries,
    Profile,
)
from declarations.models.operation import (
    ExchangeRate,
    ImportedRow,
    JobClaim,
    NoticeRow,
    PolicyDocument,
    Register,
    RegisterDownload,
    RegisterSchedule,
)
from declarations.models.organisation import (
    Company,
    CompanyBelow,
    Delegation,
    OneTimeLink,
    Person,
    RoleGrant,
    SignInAttempt,
    SignInSession,
)
from declarations.models.policy import PolicyDraft, PolicyRehearsal
from declarations.models.recheck import Alternative, Recheck
from declarations.models.record import EventSignature, LogCheckpoint, LogLeaf, LogQueue, LogSubtree, SigningKey
from declarations.models.tender import Tender
from declarations.models.totals import NearLimit, TotalKey

__all__ = [
    "Alternative",
    "Attachment",
    "Base",
    "BigId",
    "CanonicalJson",
    "Company",
    "CompanyBelow",
    "Condition",
    "Counterparty",
    "CounterpartyGroup",
    "Decider",
    "Declaration",
    "Delegation",
    "Disclosure",
    "Draft",
    "Event",
    "EventSignature",
    "ExchangeRate",
    "Filing",
    "ImportedRow",
    "JobClaim",
    "LogCheckpoint",
    "LogLeaf",
    "LogQueue",
    "LogSubtree",
    "NameToken",
    "NamedPerson",
    "NearLimit",
    "NoticeRow",
    "NumberSeries",
    "OneTimeLink",
    "Person",
    "PolicyDocument",
    "PolicyDraft",
    "PolicyRehearsal",
    "Profile",
    "Recheck",
    "Register",
    "RegisterDownload",
    "RegisterSample",
    "RegisterSchedule",
    "RoleGrant",
    "SignInAttempt",
    "SignInSession",
    "SigningKey",
    "Spelling",
    "Tender",
    "TotalKey",
    "UtcDateTime",
    "public_id",
]
