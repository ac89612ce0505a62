"""Wagtail's own words on the pages that we leave standing, where its catalogues lack one of our languages or use
another form of address.

Named here so that our catalogues have them: Django asks these before those of packages. Nothing but a test imports this
module.
"""

from django.utils.translation import gettext_noop, ngettext_lazy

THE_ACCOUNT_PAGE = (
    gettext_noop("System default"),
    gettext_noop("Light"),
    gettext_noop("Dark"),
    gettext_noop("admin theme"),
    gettext_noop("More contrast"),
    gettext_noop("contrast"),
    gettext_noop("Snug"),
    gettext_noop("density"),
    gettext_noop("Keyboard shortcuts"),
    gettext_noop("Enable custom keyboard shortcuts specific to Wagtail."),
    gettext_noop("Edit account avatar"),
    gettext_noop("account"),
)

LISTS_AND_THEIR_FILTERS = (
    gettext_noop("Search…"),
    gettext_noop("There are no results."),
    gettext_noop("Show filters"),
    gettext_noop("Filter by"),
    gettext_noop("any"),
    gettext_noop("Any"),
    gettext_noop("Anyone"),
    gettext_noop("Minimum"),
    gettext_noop("Maximum"),
    gettext_noop("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s"),
    gettext_noop("%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s across entire site."),
    gettext_noop("No results across entire site."),
    gettext_noop("Search in '<span class=\"w-title-ellipsis\">%(title)s</span>'"),
    gettext_noop(
        "%(start_index)s-%(end_index)s of %(items_count)s %(model_name)s in '<span "
        'class="w-title-ellipsis">%(title)s</span>\'.'
    ),
    gettext_noop("No results in '<span class=\"w-title-ellipsis\">%(title)s</span>'."),
    gettext_noop("Search the whole site"),
    gettext_noop("Search all pages…"),
    gettext_noop("No %(model_name)s match your query."),
    gettext_noop("There are no %(model_name)s to display."),
    gettext_noop('There are no %(model_name)s to display. Why not <a href="%(add_url)s">add one</a>?'),
    gettext_noop("Sort by '%(label)s' in ascending order."),
    gettext_noop("Sort by '%(label)s' in descending order."),
    gettext_noop("More options for '%(title)s'"),
    gettext_noop("More bulk actions"),
    gettext_noop("Sort item order"),
    gettext_noop("Item %(index)s of %(total)s"),
    gettext_noop("Enable custom ordering"),
    gettext_noop("Disable custom ordering"),
    gettext_noop(
        "Focus on the drag button and press up or down arrows to move the item, then press enter to submit the change."
    ),
    gettext_noop("(blank)"),
    gettext_noop("Usage count"),
    gettext_noop("Date updated"),
    gettext_noop("Edited by"),
    gettext_noop("Has child pages"),
    gettext_noop("Page type"),
    gettext_noop("Exploring"),
    gettext_noop("Locked by"),
    gettext_noop("The filter options you have selected are not valid."),
    gettext_noop("Last edited page"),
    gettext_noop("Last edit"),
    gettext_noop("No page types found."),
    gettext_noop("Page types usage"),
    gettext_noop("App"),
    gettext_noop("Application"),
    gettext_noop("System"),
    gettext_noop("- Select an option -"),
)

PICTURES_AND_DOCUMENTS = (
    gettext_noop("Layout"),
    gettext_noop("Grid layout"),
    gettext_noop("List layout"),
    gettext_noop("unknown number"),
    gettext_noop("Image URL"),
    gettext_noop("Copy URL"),
    gettext_noop("Copied to clipboard"),
    gettext_noop("Copying to clipboard failed"),
    gettext_noop("Please provide an image description to comply with best practices for accessibility."),
    gettext_noop("Usage count: (low to high)"),
    gettext_noop("Usage count: (high to low)"),
    gettext_noop("Filter by up to ten most popular tags."),
    gettext_noop("Tag(s) %(value_too_long)s are over %(max_tag_length)d characters."),
    gettext_noop(
        'Why not <a class="upload-one-now" href="#tab-upload" data-action="w-tabs#select:prevent" '
        'data-w-tabs-target="trigger" data-w-tabs-focus-param="true">upload one now</a>?'
    ),
    gettext_noop("Maximum filesize: %(max_upload_size)s."),
    gettext_noop("The document could not be created due to errors."),
    gettext_noop("The file could not be found. Please change the source or delete the document."),
)

THE_FORM_OF_A_PAGE = (
    gettext_noop("Go to the first error"),
    gettext_noop("Actions (footer)"),
    gettext_noop("Privacy and access"),
    gettext_noop("Scheduling…"),
    gettext_noop("Schedule to publish"),
    gettext_noop("Choose when this %(model_name)s should go live and/or expire"),
    gettext_noop('This publishing schedule will only take effect after you select the "Schedule to publish" option'),
    gettext_noop("Expiry date/time must be in the future."),
    gettext_noop("Date cannot be in the future."),
    gettext_noop("Invalid schedule"),
    gettext_noop("Once scheduled:"),
    gettext_noop("First published"),
    gettext_noop("Saved"),
    gettext_noop("Autosave is paused"),
    gettext_noop("Autosave is <span>paused</span>"),
    gettext_noop("Save changes"),
    gettext_noop("Save your changes before leaving"),
    gettext_noop("You saved a new version in another window"),
    gettext_noop("%(user_name)s saved a new version"),
    gettext_noop("View latest version"),
    gettext_noop("You have unsaved changes in another window"),
    gettext_noop("%(user_name)s has unsaved changes"),
    gettext_noop("Currently idle"),
    gettext_noop("Currently viewing"),
    gettext_noop("One other user is currently viewing"),
    gettext_noop("Proceeding will overwrite the changes you made in that window."),
    gettext_noop("Proceeding will overwrite the changes made by %(user_name)s."),
    gettext_noop("Alternatively, you can view the latest version in a new tab."),
    gettext_noop("Saving will overwrite a newer version."),
    gettext_noop("A network error occurred"),
    gettext_noop(
        "Troubleshoot your connection to the site before proceeding. Open the editor in a separate tab "
        "to view the last saved version."
    ),
    gettext_noop("Show issue"),
    gettext_noop("Checks"),
    gettext_noop("Toggle checks"),
    gettext_noop("Warnings"),
    gettext_noop("Content metrics"),
    gettext_noop("Words"),
    gettext_noop("Reading time"),
    gettext_noop("Readability"),
    gettext_noop("This data explained"),
    gettext_noop("How we calculate our metrics"),
    gettext_noop(
        "We extract the main content from the page preview, remove all formatting, and calculate the number of words."
    ),
    gettext_noop("We calculate reading time from word count, using different reading speeds for different languages."),
    gettext_noop(
        "We use a readability formula based on length of words and sentences. Long sentences and words "
        "result in a worse readability score."
    ),
    gettext_noop("Locking: "),
    gettext_noop("Anyone can edit this %(model_name)s – lock it to prevent others from editing"),
    gettext_noop("Refreshing…"),
    gettext_noop("Refresh"),
    gettext_noop("Compare"),
    gettext_noop("Section"),
    gettext_noop("Toggle minimap"),
    gettext_noop("Preview for %(block_label)s (%(block_type)s)"),
    gettext_noop("There are validation errors, click save to highlight them."),
    gettext_noop("The page could not be created due to validation errors."),
    gettext_noop("The page could not be saved due to validation errors."),
    gettext_noop("The page could not be saved as it is locked."),
    gettext_noop("The %(model_name)s could not be saved as it is locked"),
    gettext_noop("The slug '%(page_slug)s' is already in use within the parent page."),
    gettext_noop("The slug '%(page_slug)s' is already in use within the parent page at '%(parent_url_path)s'."),
    gettext_noop("Choose parent"),
    gettext_noop("Please select another parent."),
    gettext_noop("The new page will be a child of this given parent page."),
    gettext_noop("Create a new %(model_name)s"),
    gettext_noop("If you confirm deletion"),
    gettext_noop("'%(page_title)s' has been moved successfully."),
    gettext_noop("One or more references to this %(model_name)s prevent it from being deleted."),
    gettext_noop("Locked by you"),
    gettext_noop("Locked by another user"),
    gettext_noop("Locked by schedule"),
    gettext_noop("Currently locked and will go live on the scheduled date"),
    gettext_noop("Private, accessible with a shared password"),
    gettext_noop("Private, accessible to any logged-in users"),
    gettext_noop("shared password"),
    gettext_noop("Placeholder title"),
    gettext_noop("To be created by %(user)s"),
    gettext_noop("Privacy is inherited from the ancestor page - %(ancestor_page)s"),
)

THE_KEYS_OF_ITS_EDITOR = (
    gettext_noop("All keyboard shortcuts"),
    gettext_noop("Keyboard shortcut"),
    gettext_noop("Shortcuts"),
    gettext_noop("Show keyboard shortcuts"),
    gettext_noop("Keyboard shortcuts are currently disabled; manage your %(account_link)s to enable them."),
    gettext_noop("Keyboard shortcuts are currently enabled; manage your %(account_link)s to disable them."),
    gettext_noop("Close modal dialogs (like this one)"),
    gettext_noop("Add or show comments"),
    gettext_noop("Text editing"),
    gettext_noop("Cut"),
    gettext_noop("Paste"),
    gettext_noop("Paste and match style"),
    gettext_noop("Paste without formatting"),
    gettext_noop("Text formatting"),
    gettext_noop("Insert or edit a link"),
    gettext_noop("Monospace (code)"),
    gettext_noop("Strike-through"),
)

ITS_CHECKS_OF_ACCESSIBILITY = (
    gettext_noop("Button text is empty"),
    gettext_noop("Use meaningful text for screen reader users"),
    gettext_noop("Empty heading found"),
    gettext_noop("Table header text is empty"),
    gettext_noop("Empty frame title found"),
    gettext_noop("Use a meaningful title for screen reader users"),
    gettext_noop("Incorrect heading hierarchy"),
    gettext_noop("Avoid skipping levels"),
    gettext_noop("Input button text is empty"),
    gettext_noop("Link text is empty"),
    gettext_noop("Misusing paragraphs as headings"),
    gettext_noop("Use proper heading tags"),
    gettext_noop("Image alt text has inappropriate pattern"),
    gettext_noop("Use meaningful text"),
    gettext_noop("Meta description is empty"),
    gettext_noop("Add a concise description for search engines"),
)

COUNTED = (
    ngettext_lazy(
        "This %(model_name)s is referenced %(usage_count)s time.",
        "This %(model_name)s is referenced %(usage_count)s times.",
        "usage_count",
    ),
    ngettext_lazy("Referenced %(count)s time", "Referenced %(count)s times", "count"),
    ngettext_lazy(
        "This action will delete <b>%(total_pages_formatted)s</b> page in total.",
        "This action will delete <b>%(total_pages_formatted)s</b> pages in total.",
        "total_pages_formatted",
    ),
)

# Wagtail's Spanish says "tú" here; everything of ours says "usted".
IN_ONE_FORM_OF_ADDRESS = (
    gettext_noop("Sorry, you do not have permission to access this area."),
    gettext_noop("Enter password"),
    gettext_noop("Enter your email address to reset your password"),
    gettext_noop("You cannot edit another user's comment."),
    gettext_noop("Set your new password"),
    gettext_noop("Check your email"),
    gettext_noop("Reset your password"),
    gettext_noop("Are you sure you want to unpublish this %(model_name)s?"),
    gettext_noop("Your locked pages"),
    gettext_noop("Your most recent edits"),
    gettext_noop("Awaiting your review"),
    gettext_noop("You can edit the page here:"),
    gettext_noop("Choose which type of page you'd like to create."),
    gettext_noop("Are you sure you want to delete these pages?"),
    gettext_noop("Are you sure you want to move these pages?"),
    gettext_noop("Are you sure you want to publish these pages?"),
    gettext_noop("Are you sure you want to unpublish these pages?"),
    gettext_noop("Are you sure you want to convert this alias into an ordinary page?"),
    gettext_noop("Are you sure you want to delete this page?"),
    gettext_noop("Are you sure you want to move this page into '%(title)s'?"),
    gettext_noop("Are you sure you want to move this page and all of its children into '%(title)s'?"),
    gettext_noop("Are you sure you want to unpublish this page?"),
    gettext_noop("This page is locked, by you, to further editing"),
    gettext_noop("Enter a search term above"),
    gettext_noop("Choose when this page should go live and/or expire"),
    gettext_noop("Locked by <b>you</b> at <b>%(locking_date)s</b>"),
    gettext_noop("You have <span>unsaved edits</span>"),
    gettext_noop("Your account settings have been changed successfully!"),
    gettext_noop("Are you sure you want to delete this collection?"),
    gettext_noop("You are viewing a previous version of this %(model_name)s from <b>%(created_at)s</b> by %(user)s"),
    gettext_noop("Are you sure you want to delete this %(model_name)s?"),
    gettext_noop("You are viewing a previous version of this page from <b>%(created_at)s</b> by %(user)s"),
    gettext_noop("You haven't uploaded any documents in this collection."),
    gettext_noop("You haven't uploaded any documents."),
    gettext_noop(
        "You haven't uploaded any documents in this collection. Why not <a"
        ' href="%(wagtaildocs_add_document_url)s">upload one now</a>?'
    ),
    gettext_noop(
        'You haven\'t uploaded any documents. Why not <a href="%(wagtaildocs_add_document_url)s">upload one now</a>?'
    ),
    gettext_noop("Please enter a valid URL"),
    gettext_noop("Please add some alt text for your image or mark it as decorative"),
    gettext_noop(
        "Upload successful. However, your new image seems to be a duplicate of an existing image. You may"
        " delete it if it wasn't required."
    ),
    gettext_noop(
        "Upload successful. However, your new image seems to be a duplicate of this existing image. You may"
        " delete it if it wasn't required."
    ),
    gettext_noop("You haven't uploaded any images in this collection."),
    gettext_noop("You haven't uploaded any images."),
    gettext_noop("Choose a format"),
    gettext_noop("The page title as you'd like it to be seen by the public"),
)

IN_ONE_FORM_OF_ADDRESS_COUNTED = (
    ngettext_lazy("You don't have permission to delete this page", "You don't have permission to delete these pages"),
    ngettext_lazy("You don't have permission to move this page", "You don't have permission to move these pages"),
    ngettext_lazy("You don't have permission to publish this page", "You don't have permission to publish these pages"),
    ngettext_lazy(
        "You don't have permission to unpublish this page", "You don't have permission to unpublish these pages"
    ),
    ngettext_lazy(
        "Are you sure you want to tag the following document?", "Are you sure you want to tag the following documents?"
    ),
    ngettext_lazy(
        "You don't have permission to add tags to this document",
        "You don't have permission to add tags to these documents",
    ),
    ngettext_lazy(
        "Are you sure you want to add the following document to the selected collection?",
        "Are you sure you want to add the following documents to the selected collection?",
    ),
    ngettext_lazy(
        "You don't have permission to add this document to a collection",
        "You don't have permission to add these documents to a collection",
    ),
    ngettext_lazy("Are you sure you want to delete this document?", "Are you sure you want to delete these documents?"),
    ngettext_lazy(
        "You don't have permission to delete this document", "You don't have permission to delete these documents"
    ),
    ngettext_lazy(
        "Are you sure you want to tag the following image?", "Are you sure you want to tag the following images?"
    ),
    ngettext_lazy(
        "You don't have permission to add tags to this image", "You don't have permission to add tags to these images"
    ),
    ngettext_lazy(
        "Are you sure you want to add the following image to the selected collection?",
        "Are you sure you want to add the following images to the selected collection?",
    ),
    ngettext_lazy(
        "You don't have permission to add this image to a collection",
        "You don't have permission to add these images to a collection",
    ),
    ngettext_lazy("Are you sure you want to delete this image?", "Are you sure you want to delete these images?"),
    ngettext_lazy("You don't have permission to delete this image", "You don't have permission to delete these images"),
)
