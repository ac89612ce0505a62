"""What an editorial page is composed of. Each block's template stands in `templates/website/components/`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageChooserBlock

from itac.core import clock

# What an editor may do to running text: nothing that would need a style of its own.
TEXT_FEATURES = ["bold", "link", "ol", "ul"]
FEWEST_THREADS, MOST_THREADS = 2, 60
# The dyed thread hangs where the eye rests, a little over a third of the way along: 10 of 27, as in the identity.
PLACE_OF_THE_DYED = 10 / 27


class PictureBlock(blocks.StructBlock):
    """A picture with its credit line. Promise 3: once its rights have ended it isn't shown."""

    picture = ImageChooserBlock(label=_("picture"))
    caption = blocks.CharBlock(label=_("line below the picture"), required=False, max_length=300)

    class Meta:
        icon = "image"
        label = _("Picture")
        template = "website/components/picture_block.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`may_be_shown`: credit, licence and date, asked at the moment of reading."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        picture = value.get("picture")
        context["may_be_shown"] = picture is not None and picture.may_be_shown(today=clock.now().date())
        return context


class VoiceBlock(blocks.StructBlock):
    """Somebody's own words, in their language."""

    words = blocks.TextBlock(label=_("words"))
    who = blocks.CharBlock(label=_("who says it"), max_length=200)
    language = blocks.CharBlock(
        label=_("language of the words"),
        required=False,
        max_length=8,
        help_text=_("Its code, such as fr. Empty for the page's."),
    )

    class Meta:
        icon = "openquote"
        label = _("Voice")
        template = "website/components/voice_block.html"


class FigureBlock(blocks.StructBlock):
    """One figure, one drawing, one source line. With a number of threads it is drawn as one in so many."""

    statement = blocks.CharBlock(label=_("the figure in a sentence"), max_length=200)
    threads = blocks.IntegerBlock(
        label=_("one in how many"),
        required=False,
        min_value=FEWEST_THREADS,
        max_value=MOST_THREADS,
        help_text=_("Draws so many threads, one of them dyed. Leave it empty for a figure that is no share."),
    )
    explanation = blocks.TextBlock(label=_("what it says, and what it doesn't"), required=False)
    source = blocks.CharBlock(label=_("source line"), max_length=300)
    source_address = blocks.URLBlock(label=_("address of the source"), required=False)

    class Meta:
        icon = "table"
        label = _("Figure")
        template = "website/components/figure_block.html"

    def get_context(self, value: Any, parent_context: dict[str, Any] | None = None) -> dict[str, Any]:
        """`strands`: one entry for each thread, true where it is the dyed one."""
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        count = value.get("threads") or 0
        dyed = round((count - 1) * PLACE_OF_THE_DYED) if count else -1
        context["strands"] = [place == dyed for place in range(count)]
        return context


class LinkBlock(blocks.StructBlock):
    """One address and what stands there."""

    title = blocks.CharBlock(label=_("title"), max_length=200)
    address = blocks.CharBlock(label=_("address"), max_length=500)


class FactBlock(blocks.StructBlock):
    """A name and what is known under it."""

    name = blocks.CharBlock(label=_("name"), max_length=120)
    value = blocks.TextBlock(label=_("what is known"))


class NoticeBlock(blocks.StructBlock):
    """One thing the reader must know."""

    title = blocks.CharBlock(label=_("title"), max_length=120)
    text = blocks.TextBlock(label=_("text"))

    class Meta:
        icon = "warning"
        label = _("Notice")
        template = "website/components/notice_block.html"


class EditorialBlocks(blocks.StreamBlock):
    """Everything an editorial page may hold."""

    heading = blocks.CharBlock(
        label=_("Heading"), icon="title", max_length=120, template="website/components/heading_block.html"
    )
    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES, template="website/components/text_block.html")
    picture = PictureBlock()
    voice = VoiceBlock()
    figure = FigureBlock()
    links = blocks.ListBlock(LinkBlock(), label=_("Links"), icon="link", template="website/components/links_block.html")
    facts = blocks.ListBlock(
        FactBlock(), label=_("Facts"), icon="list-ul", template="website/components/facts_block.html"
    )
    notice = NoticeBlock()
