"""Django's settings, made from the options an operator sets (`core/options.py`)."""

from pathlib import Path

from itac.core import databases, mail_servers, options
from itac.core.keys import key_lines
from itac.core.logs import logging_config

values = options.read()  # not a setting: error pages show those, and in here stand addresses with passwords
PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(values["ITAC_DATA"]).resolve()
DATA.mkdir(parents=True, exist_ok=True)
PORT = int(options.number(values, "PORT"))

DEBUG = options.yes(values, "ITAC_DEBUG")
_SECRETS = [values["ITAC_SECRET_KEY"]] if values["ITAC_SECRET_KEY"] else key_lines(DATA / "keys/secret", make="secret")
SECRET_KEY, SECRET_KEY_FALLBACKS = _SECRETS[0], _SECRETS[1:]
TOKEN_KEYS_FILE = DATA / "keys/tokens"
TOKEN_KEYS = [key.strip() for key in values["ITAC_TOKEN_KEYS"].split(",") if key.strip()] or key_lines(
    TOKEN_KEYS_FILE, make="fernet"
)

ADDRESS = (values["ITAC_ADDRESS"] or f"http://{values['HOST']}:{PORT}").rstrip("/")
_HOST = ADDRESS.split("://", 1)[-1].split(":", 1)[0].split("/", 1)[0]
ALLOWED_HOSTS = [host.strip() for host in values["ITAC_HOSTS"].split(",") if host.strip()] or [
    _HOST,
    "localhost",
    "127.0.0.1",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = [ADDRESS]
HTTPS = ADDRESS.startswith("https://")
MAIL_SERVER = mail_servers.read_server(values["EMAIL_URL"])
MAIL_FROM = mail_servers.read_sender(values["ITAC_MAIL_FROM"], host=_HOST)

INSTALLED_APPS = [
    "itac.core",
    "itac.campaign",
    "itac.library",
    "itac.networks",
    "itac.publishing",
    "itac.takeovers",
    "itac.website",
    "itac.studio",
    "itac.api",
    "itac.demo",
    "wagtail_localize",
    "wagtail_localize.locales",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.documents",
    "wagtail.images",
    # Reads everybody's hooks as soon as it is ready; our policies must come after those of the two above.
    "wagtail.snippets",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "itac.website.middleware.PublicPackingMiddleware",
    "itac.website.middleware.PublicHeadersMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "itac.website.middleware.PublicLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "itac.campaign.staying.SeenMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "itac.studio.doors.DoorMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "itac.urls"
ASGI_APPLICATION = "itac.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.append("django.forms")

SQLITE = not values["DATABASE_URL"]
DATABASES = {
    "default": databases.sqlite(DATA / "itac.sqlite3") if SQLITE else databases.postgresql(values["DATABASE_URL"])
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "campaign.Person"
AUTHENTICATION_BACKENDS = ["itac.campaign.backends.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "wagtailadmin_login"
# Pages for who is logged in lead to the same form: a second one would be a way round whatever guards the first.
WAGTAIL_FRONTEND_LOGIN_URL = "/studio/login/"

LANGUAGES = list(options.languages_of(values["ITAC_LANGUAGES"]).items())
LANGUAGE_CODE = LANGUAGES[0][0]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [str(PACKAGE / "locale")]
USE_I18N = USE_TZ = True
FORMAT_MODULE_PATH = "itac.core.formats"
WAGTAIL_I18N_ENABLED = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = str(DATA / "static")
MEDIA_URL = "/media/"
MEDIA_ROOT = str(DATA / "media")
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
FILE_UPLOAD_PERMISSIONS = 0o644
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
# The proxy sends http on to https; other hosts of the domain aren't ours to speak for; our own pages frame ours.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W019", "security.W021"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"

CACHES = {
    "default": {"BACKEND": "itac.core.caching.SharedCache", "LOCATION": values["REDIS_URL"]}
    if values["REDIS_URL"]
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}
# Wagtail's own small jobs (search index, references) run where they arise; deliveries have the outbox.
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}}

WAGTAIL_SITE_NAME = "ITAC"
WAGTAILADMIN_BASE_URL = ADDRESS
WAGTAILIMAGES_IMAGE_MODEL = "library.Picture"
WAGTAILDOCS_DOCUMENT_MODEL = "library.Document"
WAGTAILIMAGES_IMAGE_FORM_BASE = "itac.library.forms.PictureForm"
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 25 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 100_000_000
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "jpeg", "jpg", "odt", "pdf", "png", "pptx", "srt", "txt", "vtt", "xlsx", "zip"]
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_WORKFLOW_ENABLED = False
WAGTAIL_USER_EDIT_FORM = "wagtail.users.forms.UserEditForm"
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAILLOCALIZE_SYNC_LIVE_STATUS_ON_TRANSLATE = False
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
TAGGIT_CASE_INSENSITIVE = True

LOGGING_CONFIG = None
logging_config(style=values["ITAC_LOG"])

IN_FLIGHT = int(options.number(values, "ITAC_IN_FLIGHT"))
REQUEST_SECONDS = options.number(values, "ITAC_REQUEST_SECONDS")
MARGIN_SECONDS = options.number(values, "ITAC_MARGIN_SECONDS")
WORKER_DEAD_SECONDS = options.number(values, "ITAC_WORKER_DEAD_SECONDS")
PROXIES = options.networks(values, "ITAC_PROXIES")
MONITORS = options.networks(values, "ITAC_MONITORS")
API_PER_MINUTE = int(options.number(values, "ITAC_API_PER_MINUTE"))
WORKER_SILENT_SECONDS = options.number(values, "ITAC_WORKER_SILENT_SECONDS")
