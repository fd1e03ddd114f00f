"""A one-time link lets one person set a password once, within 72 hours; the database holds only the hash of its token."""

import base64
import hashlib
import hmac
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy.orm import Session

from declarations import clock
from declarations.evidence.record import iso
from declarations.models import OneTimeLink

LIFETIME = timedelta(hours=72)
TEMPLATE = "set_password"  # the notice that carries a link; its params are {"link": <id of the OneTimeLink>}


def hash_of(token: str) -> str:
    """What is stored of a token, for sessions and links alike."""
    return hashlib.sha256(token.encode()).hexdigest()


def token_for(link_id: int, person_id: int, created_at: datetime) -> str:
    """The link's token: derived with SECRET_KEY, so that the mail can be written later though only a hash is stored."""
    secret = current_app.config["SETTINGS"].secret_key.encode()
    digest = hmac.new(secret, f"one-time-link:{link_id}:{person_id}:{iso(created_at)}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def url_of(token: str) -> str:
    """The whole address to put into a mail or print in a terminal."""
    return f"{current_app.config['SETTINGS'].base_url}/set-password/{token}"


def url_for_notice(session: Session, link_id: int) -> str | None:
    """The address a notice of template `TEMPLATE` carries, or None if the link was used, taken back or ran out meanwhile."""
    link = session.get(OneTimeLink, link_id)
    if link is None or link.used_at or link.expires_at <= clock.now():
        return None
    return url_of(token_for(link.id, link.person_id, link.created_at))
