"""The texts a new site begins with, in English and Spanish, for any campaign.

`{name}` is the campaign's name, `{title}` its full title, `{email}` its contact address. Each says only what this
software does by itself; a campaign that does more (statistics, a newsletter) says so in the Studio.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FirstText:
    """Title, first sentences, and blocks of a page: ("heading" or "text", words)."""

    title: str
    lead: str = ""
    body: tuple[tuple[str, str], ...] = ()


FALLBACK = "en"


def read(name: str, code: str) -> tuple[FirstText, str]:
    """The text of a page and its language: the one asked for, else English."""
    texts = TEXTS[name]
    return (texts[code], code) if code in texts else (texts[FALLBACK], FALLBACK)


TEXTS: dict[str, dict[str, FirstText]] = {
    "home": {"en": FirstText("{name}", "{title}"), "es": FirstText("{name}", "{title}")},
    "about": {
        "en": FirstText(
            "About the campaign",
            "{name} is made by organisations that don’t share an employer, a budget or an office.",
            (
                ("heading", "Who decides what is said"),
                (
                    "text",
                    (
                        "Each post names who speaks. Before it leaves, organisations of the campaign approve its exact"
                        " words, and a post that was changed afterwards is asked about again."
                    ),
                ),
                ("heading", "Where the figures come from"),
                ("text", "A post with a figure names its source, so that you can check it yourself."),
            ),
        ),
        "es": FirstText(
            "Sobre la campaña",
            "{name} la hacen organizaciones que no comparten empleador, presupuesto ni oficina.",
            (
                ("heading", "Quién decide lo que se dice"),
                (
                    "text",
                    (
                        "Cada publicación dice quién habla. Antes de que salga, organizaciones de la campaña aprueban"
                        " sus palabras exactas; si después se cambia algo, se vuelve a preguntar."
                    ),
                ),
                ("heading", "De dónde vienen las cifras"),
                ("text", "Una publicación con una cifra nombra su fuente, para que usted pueda comprobarla."),
            ),
        ),
    },
    "take-overs": {
        "en": FirstText(
            "Who has the floor",
            "For a day or a week one organisation speaks on the campaign’s channels, in its own words and under its own"
            " name. The campaign checks what leaves.",
        ),
        "es": FirstText(
            "Quién tiene la palabra",
            "Durante un día o una semana, una organización habla en los canales de la campaña, con sus palabras y en su"
            " nombre. La campaña revisa lo que sale.",
        ),
    },
    "updates": {
        "en": FirstText("What the campaign says", "Every post, newest first."),
        "es": FirstText("Lo que dice la campaña", "Todas las publicaciones, de la más reciente a la más antigua."),
    },
    "phases": {
        "en": FirstText("How the campaign moved", "Its phases, and what happened in each."),
        "es": FirstText("El camino de la campaña", "Sus fases y lo que ocurrió en cada una."),
    },
    "members": {
        "en": FirstText("Who makes it", "The organisations that chair the campaign, then all others by kind."),
        "es": FirstText("Quiénes la hacen", "Las organizaciones que la presiden y, después, las demás según su tipo."),
    },
    "contributors": {
        "en": FirstText("Who pays and who works", "Those who gave money, and those who gave work."),
        "es": FirstText("Quién paga y quién trabaja", "Quienes aportaron dinero y quienes aportaron trabajo."),
    },
    "credits": {
        "en": FirstText("Whose pictures these are", "Those whose footage and pictures the campaign may show."),
        "es": FirstText("De quién son las imágenes", "Quienes permiten que la campaña muestre sus videos e imágenes."),
    },
    "contact": {
        "en": FirstText(
            "Write to us",
            "The campaign’s coordinators read what you write.",
            (
                ("text", 'The address is <a href="mailto:{email}">{email}</a>.'),
                ("heading", "If you speak for an organisation"),
                (
                    "text",
                    (
                        "Tell us its name, where it works and in which languages, and what it would like to say. The"
                        " coordinators answer with the next step."
                    ),
                ),
                ("heading", "If a picture shows you"),
                (
                    "text",
                    "You can ask us to take it down, without giving a reason. Tell us at which address you saw it.",
                ),
            ),
        ),
        "es": FirstText(
            "Escríbanos",
            "La coordinación de la campaña lee lo que usted escribe.",
            (
                ("text", 'La dirección es <a href="mailto:{email}">{email}</a>.'),
                ("heading", "Si habla por una organización"),
                (
                    "text",
                    (
                        "Díganos cómo se llama, dónde trabaja y en qué lenguas, y qué le gustaría decir. La"
                        " coordinación le responderá con el paso siguiente."
                    ),
                ),
                ("heading", "Si aparece en una imagen"),
                ("text", "Puede pedirnos que la retiremos, sin dar motivos. Díganos en qué dirección la vio."),
            ),
        ),
    },
    "privacy": {
        "en": FirstText(
            "What we know about you: almost nothing",
            "You can read this site without telling us who you are.",
            (
                ("heading", "While you read"),
                (
                    "text",
                    (
                        "These pages set no cookies, count no visitors, and load nothing from anybody else: no fonts,"
                        " no pictures, no scripts. Nobody else learns that you were here."
                    ),
                ),
                (
                    "text",
                    (
                        "Whoever runs the server may keep a record of requests, with addresses, for a short time, to"
                        " find faults and attacks."
                    ),
                ),
                ("heading", "When you follow a link"),
                (
                    "text",
                    (
                        "Links lead to other sites, such as those of our sources. What they know about you is told by"
                        " them."
                    ),
                ),
                ("heading", "When you work in the Studio"),
                (
                    "text",
                    (
                        "The people who prepare posts log in with an e-mail address. A cookie keeps them logged in."
                        " Their address and office are kept while they take part, to know who wrote and who approved."
                    ),
                ),
                ("heading", "When you write to us"),
                (
                    "text",
                    (
                        "A report of an error is kept to put things right. If you left an address with it, the address"
                        " is removed once the report is settled."
                    ),
                ),
                (
                    "text",
                    (
                        "We keep your letter as long as it takes to answer it. To see what we hold about you, to put"
                        ' it right or have it removed, write to <a href="mailto:{email}">{email}</a>.'
                    ),
                ),
            ),
        ),
        "es": FirstText(
            "Lo que sabemos de usted: casi nada",
            "Puede leer este sitio sin decirnos quién es.",
            (
                ("heading", "Mientras lee"),
                (
                    "text",
                    (
                        "Estas páginas no usan cookies, no cuentan visitas y no cargan nada de nadie más: ni tipos de"
                        " letra, ni imágenes, ni programas. Nadie más se entera de que estuvo aquí."
                    ),
                ),
                (
                    "text",
                    (
                        "Quien opera el servidor puede guardar por poco tiempo un registro de las solicitudes, con sus"
                        " direcciones, para encontrar fallas y ataques."
                    ),
                ),
                ("heading", "Cuando sigue un enlace"),
                (
                    "text",
                    (
                        "Los enlaces llevan a otros sitios, como los de nuestras fuentes. Qué saben ellos de usted, lo"
                        " dicen ellos."
                    ),
                ),
                ("heading", "Cuando trabaja en el Estudio"),
                (
                    "text",
                    (
                        "Quienes preparan las publicaciones entran con una dirección de correo. Una cookie mantiene la"
                        " sesión abierta. Su dirección y su cargo se guardan mientras participan, para saber quién"
                        " escribió y quién aprobó."
                    ),
                ),
                ("heading", "Cuando nos escribe"),
                (
                    "text",
                    (
                        "Los avisos de error se guardan para corregirlos. Si dejó una dirección, se borra en cuanto el"
                        " aviso queda resuelto."
                    ),
                ),
                (
                    "text",
                    (
                        "Guardamos su carta el tiempo que lleve responderla. Para ver qué tenemos sobre usted,"
                        ' corregirlo o pedir que se borre, escriba a <a href="mailto:{email}">{email}</a>.'
                    ),
                ),
            ),
        ),
    },
    "accessibility": {
        "en": FirstText(
            "Can everybody read this?",
            "We aim at the Web Content Accessibility Guidelines 2.2, level AA.",
            (
                (
                    "text",
                    (
                        "The pages read without scripts, with a keyboard alone, at four times the usual size, on a"
                        " light and on a dark ground, and they keep still when you ask your device for less motion."
                    ),
                ),
                ("heading", "How it is checked"),
                (
                    "text",
                    (
                        "Each version is tried by machine with the axe rules, in each language, on a narrow and on a"
                        " wide screen. That finds some faults, not all. People who use screen readers haven’t tried"
                        " this version yet."
                    ),
                ),
                ("heading", "What may not work"),
                (
                    "text",
                    (
                        "Recordings and pictures come from many organisations. A picture without a description isn’t"
                        " sent, but a description may be poor."
                    ),
                ),
                ("heading", "When something stops you"),
                (
                    "text",
                    'Tell us which page and what happened. You needn’t know why: <a href="mailto:{email}">{email}</a>.',
                ),
            ),
        ),
        "es": FirstText(
            "¿Puede leer esto todo el mundo?",
            "Nuestra meta son las Pautas de Accesibilidad para el Contenido Web 2.2, nivel AA.",
            (
                (
                    "text",
                    (
                        "Las páginas se leen sin programas, solo con el teclado, a cuatro veces su tamaño, sobre fondo"
                        " claro y oscuro, y se quedan quietas si usted pide menos movimiento a su dispositivo."
                    ),
                ),
                ("heading", "Cómo se comprueba"),
                (
                    "text",
                    (
                        "Cada versión se prueba a máquina con las reglas de axe, en cada lengua, en pantalla angosta y"
                        " ancha. Eso encuentra algunas fallas, no todas. Todavía no la han probado personas que usan"
                        " lectores de pantalla."
                    ),
                ),
                ("heading", "Qué puede fallar"),
                (
                    "text",
                    (
                        "Las grabaciones y las imágenes vienen de muchas organizaciones. Una imagen sin descripción no"
                        " se envía, pero una descripción puede ser pobre."
                    ),
                ),
                ("heading", "Si algo le impide leer"),
                (
                    "text",
                    (
                        "Díganos qué página era y qué pasó. No hace falta que sepa por qué:"
                        ' <a href="mailto:{email}">{email}</a>.'
                    ),
                ),
            ),
        ),
    },
    "report-an-error": {
        "en": FirstText(
            "Something here is wrong",
            "Tell us, and we look at it. What we got wrong we put right, and we say that we did.",
            (
                ("heading", "A figure"),
                (
                    "text",
                    (
                        "Each figure names its source. If the source says something else, or something newer, send us"
                        " its address."
                    ),
                ),
                ("heading", "A name, an organisation, a translation"),
                ("text", "Tell us how it should be. If it is your own name or organisation, your word is enough."),
                ("heading", "A picture"),
                (
                    "text",
                    (
                        "If a picture is yours, or shows you, and shouldn’t be here, it comes down first and we talk"
                        " afterwards."
                    ),
                ),
                ("heading", "If you would rather write a letter"),
                (
                    "text",
                    'Send it to <a href="mailto:{email}">{email}</a>, with the address of the page and the sentence.',
                ),
            ),
        ),
        "es": FirstText(
            "Aquí hay un error",
            "Díganoslo y lo revisamos. Lo que hicimos mal lo corregimos, y decimos que lo corregimos.",
            (
                ("heading", "Una cifra"),
                (
                    "text",
                    (
                        "Cada cifra nombra su fuente. Si la fuente dice otra cosa, o algo más reciente, envíenos su"
                        " dirección."
                    ),
                ),
                ("heading", "Un nombre, una organización, una traducción"),
                (
                    "text",
                    "Díganos cómo debe ser. Si se trata de su propio nombre o de su organización, basta su palabra.",
                ),
                ("heading", "Una imagen"),
                (
                    "text",
                    (
                        "Si una imagen es suya, o la muestra a usted, y no debe estar aquí, primero se retira y después"
                        " hablamos."
                    ),
                ),
                ("heading", "Si prefiere escribir una carta"),
                (
                    "text",
                    'Envíela a <a href="mailto:{email}">{email}</a> con la dirección de la página y la frase.',
                ),
            ),
        ),
    },
}
