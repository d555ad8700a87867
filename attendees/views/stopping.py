"""No more letters, and letters again: the same buttons stand on several pages of somebody's own."""

from attendees.actions import stop as stopping
from attendees.views.links import SeeOther

STOPS = ("stop", "resume", "stop_everywhere", "resume_everywhere")


def stop_or_resume(request, person, attendees, do):
    """Stop letters or let them come again, then show what is so now. ``attendees``: the places they may name."""
    attendee = next((each for each in attendees if each.public_id == request.POST.get("mc", "")), None)
    if do == "stop_everywhere":
        stopping.stop_letters(person=person, everywhere=True, by=person)
    elif do == "resume_everywhere":
        stopping.resume_letters(person=person, everywhere=True, by=person)
    elif do == "stop" and attendee:
        stopping.stop_letters(attendee=attendee, by=person)
    elif do == "resume" and attendee:
        stopping.resume_letters(attendee=attendee, by=person)
    else:
        return SeeOther(request.path)
    return SeeOther(f"{request.path}?saved={do}#letters")
