"""Addresses of the Studio: our rooms first, then Wagtail's. Each has a rule in `rules.py`."""

from django.urls import URLPattern, URLResolver, include, path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access
from wagtail.utils.urlpatterns import decorate_urlpatterns

from itac.studio import (
    approvals,
    audit,
    by_hand,
    calendar,
    calendar_moving,
    channels,
    commenting,
    composer,
    deciding_record,
    deliveries,
    deputies,
    holding,
    home,
    keeping,
    mails,
    photographing,
    pictures,
    posts,
    scheduling,
    setting_right,
    submitting,
    tokens,
    triggers,
)
from itac.studio.account import AccountView
from itac.studio.getting_in import accepting, inviting, signing_in, staying

rooms: list[URLPattern | URLResolver] = [
    path("", home.home, name="wagtailadmin_home"),
    path("posts/", posts.post_list, name="studio_posts"),
    path("posts/new/", composer.new_post, name="studio_post_new"),
    path("posts/preview/", composer.preview, name="studio_post_preview"),
    path("posts/begin/", keeping.begin, name="studio_begin"),
    path("posts/photo/", photographing.photo, name="studio_photo"),
    path("posts/zones/", scheduling.zones, name="studio_zones"),
    path("posts/<int:post_id>/", posts.one_post, name="studio_post"),
    path("posts/<int:post_id>/edit/", composer.edit_post, name="studio_edit"),
    path("posts/<int:post_id>/keep/", keeping.keep, name="studio_keep"),
    path("posts/<int:post_id>/here/", keeping.here, name="studio_here"),
    path("posts/<int:post_id>/submit/", submitting.submit, name="studio_submit"),
    path("posts/<int:post_id>/discard/", submitting.discard, name="studio_discard"),
    path("posts/<int:post_id>/plan/", scheduling.when, name="studio_plan"),
    path("posts/<int:post_id>/ask/", approvals.ask_page, name="studio_ask"),
    path("posts/<int:post_id>/withdraw/", approvals.withdraw, name="studio_withdraw"),
    path("posts/<int:post_id>/approve/", approvals.approve, name="studio_approve"),
    path("posts/<int:post_id>/comments/", posts.comment, name="studio_comment"),
    path("posts/<int:post_id>/comments/seen/", commenting.seen, name="studio_comments_seen"),
    path("posts/<int:post_id>/comments/<int:comment_id>/", commenting.take_back, name="studio_comment_back"),
    path("posts/<int:post_id>/decisions.<slug:form>", deciding_record.of_post, name="studio_decisions_of_post"),
    path("decisions.csv", deciding_record.of_campaign, {"form": "csv"}, name="studio_decisions"),
    path("decisions.json", deciding_record.of_campaign, {"form": "json"}, name="studio_decisions_json"),
    path("deputies/", deputies.deputy_list, name="studio_deputies"),
    path("posts/<int:post_id>/take-back/", setting_right.take_back, name="studio_take_back"),
    path("posts/<int:post_id>/correct/", setting_right.correct, name="studio_correct"),
    path("rightings/<int:righting_id>/", setting_right.one_righting, name="studio_righting"),
    path("posts/pictures/<int:picture_id>/", pictures.picture, name="studio_picture"),
    path("calendar/", calendar.calendar, name="studio_calendar"),
    path("calendar/feed/", calendar.feed, name="studio_calendar_feed"),
    path("calendar/move/<int:post_id>/", calendar_moving.move, name="studio_calendar_move"),
    path("deliveries/", deliveries.delivery_list, name="studio_deliveries"),
    path("deliveries/held/", deliveries.held, name="studio_held"),
    path("deliveries/<int:delivery_id>/", deliveries.one_delivery, name="studio_delivery"),
    path(
        "deliveries/<int:delivery_id>/pictures/<int:picture_id>/",
        deliveries.delivery_picture,
        name="studio_delivery_picture",
    ),
    path("deliveries/<int:delivery_id>/pass-on/", by_hand.pass_on, name="studio_pass_on"),
    path("deliveries/<int:delivery_id>/take/", by_hand.take, name="studio_take"),
    path("deliveries/<int:delivery_id>/screenshot/", by_hand.proof, name="studio_proof"),
    path("deliveries/<int:delivery_id>/<slug:action>/", deliveries.act, name="studio_act"),
    path("channels/", channels.channel_list, name="studio_channels"),
    path("channels/add/<slug:network_name>/", channels.add_channel, name="studio_channel_add"),
    path("channels/<int:channel_id>/test/", channels.test_channel, name="studio_channel_test"),
    path("channels/<int:channel_id>/reconnect/", channels.reconnect, name="studio_channel_reconnect"),
    path("channels/<int:channel_id>/by-hand/", by_hand.change_hand, name="studio_channel_hand"),
    path("pause/", channels.pause_page, name="studio_pause"),
    path("hold/", holding.hold_page, name="studio_hold"),
    path("audit/", audit.audit_log, name="studio_audit"),
    path("triggers/", triggers.trigger_list, name="studio_triggers"),
    path("triggers/<int:trigger_id>/happened/", triggers.it_happened, name="studio_it_happened"),
    path("account/", AccountView.as_view(), name="wagtailadmin_account"),
    path("account/password/", staying.password, name="studio_password"),
    path("account/sessions/", staying.sessions, name="studio_sessions"),
    path("invitations/", inviting.invitations, name="studio_invitations"),
    path("invitations/new/", inviting.invite_one, name="studio_invite"),
    path("invitations/list/", inviting.invite_list, name="studio_invite_list"),
    path("invitations/<int:invitation_id>/", inviting.change_invitation, name="studio_invitation"),
    path("tokens/", tokens.token_list, name="studio_tokens"),
    path("mails/", mails.mail_list, name="studio_mails"),
    path("mails/<int:mail_id>/", mails.change_mail, name="studio_mail"),
]

# Before the door: these views ask for themselves who comes.
doorstep: list[URLPattern | URLResolver] = [
    path("login/", signing_in.sign_in, name="wagtailadmin_login"),
    path("login/mail/", signing_in.ask_for_code, name="studio_ask_for_code"),
    path("login/forgotten/", signing_in.ask_for_code, {"sets_password": True}, name="studio_forgotten"),
    path("login/code/", signing_in.enter_code, name="studio_entry_code"),
    path("login/link/<str:token>/", signing_in.enter_link, name="studio_entry_link"),
    path("welcome/<str:token>/", accepting.accept, name="studio_accept"),
]

urlpatterns = [
    *doorstep,
    # In the person's language and zone, and with the person's name in the log, as Wagtail's own.
    *decorate_urlpatterns(rooms, require_admin_access),
    path("", include(wagtailadmin_urls)),
]
