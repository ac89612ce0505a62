"""What benchmarks need to fill a database quickly: channels, posts, approvals and deliveries in bulk.

Rows are written in bulk here, with the hashes and seals that the verbs would have written, so that the gate judges
them as any other; filling 100,000 deliveries through the verbs would take an hour and measure nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from itac.campaign.models import Campaign
from itac.core.localised import Localised
from itac.networks.models import Channel
from itac.networks.secrets import Secret
from itac.publishing.models import ApprovalRequest, Delivery, Grant, Post, Variant
from itac.publishing.payload import hash_of, payload_of, seal_of


def campaign() -> None:
    """The one campaign."""
    facts = {"name": Localised({"en": "Benchmark"}), "short_name": "BENCH", "zone": "UTC"}
    Campaign.objects.update_or_create(pk=1, defaults=facts)


def mastodon_channels(count: int, *, address: str, now: datetime) -> list[Channel]:
    """Channels on one Mastodon-like server, each with its own token, with the campaign's standing grant."""
    made = [
        Channel.objects.create(
            slug=f"bench-{number}",
            name=f"Channel {number}",
            network="mastodon",
            address=address,
            handle=f"@bench{number}",
            account_id=str(number),
            secret=Secret({"access_token": f"token-{number}"}),
        )
        for number in range(count)
    ]
    Grant.objects.bulk_create(Grant(channel=channel, opens_at=now - timedelta(days=400)) for channel in made)
    return made


def approved_deliveries(
    channels: Sequence[Channel], moments: Sequence[datetime], *, now: datetime, prefix: str = "post"
) -> None:
    """One approved post with one variant and one planned delivery for each moment, round the channels in turn."""
    posts = Post.objects.bulk_create(
        [
            Post(
                slug=f"{prefix}-{number}",
                title=Localised({"en": f"Post {number}"}),
                created_at=now,
                submitted_at=now,
                text=Localised({"en": f"Sentence number {number} of {prefix}: more than half stay near."}),
                planned_at=moment,
                grace_seconds=900,
            )
            for number, moment in enumerate(moments)
        ],
        batch_size=500,
    )
    variants = Variant.objects.bulk_create(
        [Variant(post=post, channel=channels[n % len(channels)], language="en") for n, post in enumerate(posts)],
        batch_size=500,
    )
    requests = []
    for variant, moment in zip(variants, moments, strict=True):
        variant.post.__dict__.setdefault("_prefetched_objects_cache", {})["media"] = variant.post.media.none()
        payload = payload_of(variant)
        sealed = {str(variant.pk): {"hash": hash_of(payload), "payload": payload}}
        requests.append(
            ApprovalRequest(
                post=variant.post,
                asked_at=now,
                deadline_at=now + timedelta(days=3),
                opens_at=moment - timedelta(hours=1),
                closes_at=moment + timedelta(hours=1),
                sealed=sealed,
                seal=seal_of(sealed),
                granted_at=now,
            )
        )
    ApprovalRequest.objects.bulk_create(requests, batch_size=500)
    Delivery.objects.bulk_create(
        [
            Delivery(variant=variant, channel_id=variant.channel_id, due_at=moment, ready_at=moment, moved_at=now)
            for variant, moment in zip(variants, moments, strict=True)
        ],
        batch_size=500,
    )
