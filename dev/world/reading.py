"""What the demo's house tells its readers: an announcement, two answers, and our own list of dreams."""

from __future__ import annotations

from typing import Final

from flask import Flask

from app.content.tchala import importing
from app.content.tchala import service as tchala
from app.content.tchala.rules import OWN
from app.content.texts import queries, service
from app.content.texts.rules import Kind
from app.core.database.session import transaction

_ACTOR: Final = "operator:operator"
_WHY: Final = "the demo begins"
_TEXTS: Final[tuple[tuple[Kind, dict[str, tuple[str, str]]], ...]] = (
    (
        "announcement",
        {
            "en": (
                "The demo is open",
                "Blocks come every few seconds, and everything can be **checked** as in earnest.",
            ),
            "fr": (
                "La démo est ouverte",
                "Un bloc toutes les quelques secondes, et tout peut être **vérifié** comme pour de vrai.",
            ),
            "ht": ("Demo a louvri", "Yon blòk chak kèk segonn, epi ou ka **verifye** tout bagay tankou toutbon."),
        },
    ),
    (
        "question",
        {
            "en": (
                "Can I win money here?",
                "No: the coins of this network are worth nothing. Play as much as you like.",
            ),
            "fr": (
                "Puis-je gagner de l’argent ici\u202f?",
                "Non\u00a0: les pièces de ce réseau ne valent rien. Jouez autant que vous voulez.",
            ),
            "ht": ("Èske m ka genyen lajan isit la?", "Non: kòb rezo sa a pa vo anyen. Jwe jan ou vle."),
        },
    ),
    (
        "question",
        {
            "en": (
                "Does a dream make a number likelier?",
                "No. The [Tchala](/tchala) is a tradition; every number has the same chance in every draw.",
            ),
            "fr": (
                "Un rêve rend-il un numéro plus probable\u202f?",
                "Non. Le [Tchala](/tchala) est une tradition\u202f; chaque numéro a la même chance à chaque tirage.",
            ),
            "ht": (
                "Èske yon rèv bay yon nimewo plis chans?",
                "Non. [Tchala](/tchala) se yon tradisyon; chak nimewo gen menm chans nan chak tiraj.",
            ),
        },
    ),
)


def publish(app: Flask) -> None:
    """Once: whatever an operator has made of it since stays."""
    with app.app_context(), transaction():
        if queries.counts():
            return
        for place, (kind, said) in enumerate(_TEXTS):
            words = {tag: {"title": title, "body": body} for tag, (title, body) in said.items()}
            text_id = service.create(kind, words, place=place, page=None, actor=_ACTOR)
            service.publish(text_id, 1, shown_from=None, shown_until=None, reason=_WHY, actor=_ACTOR)
        tchala.take(importing.read(importing.own_list()).entries, OWN, _WHY, actor=_ACTOR)
