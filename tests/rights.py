"""Every address of the site and who may do what there: the one declared table of rights.

Each line is an address's URL name, who may see it (GET) and who may act on it (POST). The words stand for identities:

=============  ====================================================================================
PUBLIC         everybody, whoever they are
SIGNED_IN      everybody with an account
TEAM           leads and helpers of this microconference
LEADS          leads of this microconference
COMMITTEE      the committee of this conference
ANY_COMMITTEE  the committee of any conference
LINK           whoever holds a valid personal link (its token is in the address)
NOBODY         no one: the method is not answered there (405)
DEVELOPER      nobody outside of a development server (404)
TICKET         whoever holds a signed ticket from a letter; nobody of these does (404)
=============  ====================================================================================

Whoever may not see a thing gets the same answer as for a thing that does not exist: 404. Who is not signed in is sent
to the sign-in page first, wherever signing in could help.
"""

PUBLIC, SIGNED_IN, TEAM, LEADS, COMMITTEE = "public", "signed in", "team", "leads", "committee"
ANY_COMMITTEE, LINK, NOBODY, DEVELOPER, TICKET = "any committee", "link", "nobody", "developer", "ticket"

TABLE = {
    # name: (GET, POST)
    "uconf:home": (PUBLIC, NOBODY),
    "uconf:privacy": (PUBLIC, NOBODY),
    "uconf:healthz": (PUBLIC, NOBODY),
    "uconf:readyz": (PUBLIC, NOBODY),
    "uconf:series": (PUBLIC, NOBODY),
    "uconf:edition": (PUBLIC, NOBODY),
    "uconf:conference": (PUBLIC, NOBODY),
    "uconf:microconference": (PUBLIC, NOBODY),
    "outcomes:public": (PUBLIC, NOBODY),
    "topics:detail": (PUBLIC, NOBODY),
    "topics:schedule": (PUBLIC, NOBODY),
    "topics:release": (PUBLIC, NOBODY),
    "topics:propose": (PUBLIC, PUBLIC),
    # signing in
    "account_login": (PUBLIC, PUBLIC),
    "account_logout": (PUBLIC, PUBLIC),
    "account_inactive": (PUBLIC, NOBODY),
    "account_signup": (PUBLIC, PUBLIC),
    "account_request_login_code": (PUBLIC, PUBLIC),
    "account_confirm_login_code": (PUBLIC, PUBLIC),
    "account_email_verification_sent": (PUBLIC, PUBLIC),
    "account_reset_password": (PUBLIC, PUBLIC),
    "account_confirm_password_reset_code": (PUBLIC, PUBLIC),
    "account_complete_password_reset": (PUBLIC, PUBLIC),
    "account_password_reset_completed": (PUBLIC, NOBODY),
    "account_reauthenticate": (SIGNED_IN, SIGNED_IN),
    "account_email": (SIGNED_IN, NOBODY),
    "account_change_password": (SIGNED_IN, SIGNED_IN),
    "account_set_password": (SIGNED_IN, SIGNED_IN),
    "uconf:sign_in_link": (PUBLIC, PUBLIC),
    "uconf:mailbox": (DEVELOPER, NOBODY),
    # behind a personal link
    "attendees:answer": (LINK, LINK),
    "attendees:stop": (LINK, LINK),
    "attendees:own_data": (LINK, LINK),
    "attendees:own_copy": (LINK, LINK),
    "attendees:erase_self": (LINK, LINK),
    # tickets in letters: without a good one there is nothing
    "attendees:join_confirm": (TICKET, TICKET),
    "attendees:confirm_address": (TICKET, TICKET),
    "attendees:digest": (TICKET, TICKET),
    "attendees:lost": (PUBLIC, PUBLIC),
    "attendees:erased": (PUBLIC, NOBODY),
    "attendees:join": (PUBLIC, PUBLIC),
    "attendees:digest_switch": (NOBODY, SIGNED_IN),
    # anybody with an account
    "uconf:organize": (SIGNED_IN, NOBODY),
    "uconf:propose": (SIGNED_IN, SIGNED_IN),
    # the committee
    "uconf:new_conference": (ANY_COMMITTEE, ANY_COMMITTEE),
    "uconf:committee": (COMMITTEE, NOBODY),
    "uconf:import_bunch": (COMMITTEE, COMMITTEE),
    "uconf:conference_settings": (COMMITTEE, COMMITTEE),
    "uconf:add_room": (NOBODY, COMMITTEE),
    "uconf:room": (NOBODY, COMMITTEE),
    "uconf:add_committee_member": (NOBODY, COMMITTEE),
    "uconf:remove_committee_member": (NOBODY, COMMITTEE),
    "uconf:review": (COMMITTEE, COMMITTEE),
    "uconf:accept": (NOBODY, COMMITTEE),
    "uconf:decline": (COMMITTEE, COMMITTEE),
    "uconf:merge": (COMMITTEE, COMMITTEE),
    "uconf:review_invite": (NOBODY, COMMITTEE),
    # the team of a microconference
    "uconf:overview": (TEAM, TEAM),
    "uconf:activity": (TEAM, TEAM),
    "uconf:proposal": (TEAM, TEAM),
    "uconf:source": (TEAM, TEAM),
    "uconf:settings": (LEADS, LEADS),
    "uconf:agree": (NOBODY, LEADS),
    "uconf:submit": (LEADS, LEADS),
    "uconf:take_back": (NOBODY, LEADS),
    "uconf:invite": (NOBODY, LEADS),
    "uconf:member": (LEADS, LEADS),
    "uconf:member_move": (NOBODY, LEADS),
    "uconf:member_invite": (NOBODY, LEADS),
    "uconf:member_remove": (NOBODY, LEADS),
    "topics:list": (TEAM, TEAM),
    "topics:add": (TEAM, TEAM),
    "topics:decide_many": (NOBODY, TEAM),
    "topics:missing_links": (TEAM, TEAM),
    "topics:map": (TEAM, NOBODY),
    "topics:edit": (TEAM, TEAM),
    "topics:decide": (NOBODY, TEAM),
    "topics:move": (NOBODY, TEAM),
    "topics:proposers": (NOBODY, TEAM),
    "topics:key_people": (NOBODY, TEAM),
    "topics:links": (NOBODY, TEAM),
    "topics:merge": (TEAM, TEAM),
    "topics:delete": (TEAM, TEAM),
    "topics:agenda": (TEAM, TEAM),
    "topics:quorum": (TEAM, NOBODY),
    "topics:sessions": (TEAM, TEAM),
    "topics:change_session": (TEAM, TEAM),
    "topics:remove_session": (TEAM, TEAM),
    "topics:suggest_agenda": (TEAM, TEAM),
    "topics:publish": (LEADS, LEADS),
    "topics:drafts": (TEAM, TEAM),
    "topics:draft": (TEAM, TEAM),
    "topics:compare": (TEAM, NOBODY),
    "topics:releases": (TEAM, NOBODY),
    "topics:take_back": (TEAM, TEAM),
    "topics:timetable": (TEAM, TEAM),
    "topics:timetable_csv": (TEAM, NOBODY),
    "topics:timetable_json": (TEAM, NOBODY),
    "attendees:people": (TEAM, TEAM),
    "attendees:add": (TEAM, TEAM),
    "attendees:paste": (NOBODY, TEAM),
    "attendees:suggestions": (TEAM, TEAM),
    "attendees:persistence": (LEADS, LEADS),
    "attendees:write_myself": (TEAM, NOBODY),
    "attendees:written_myself": (NOBODY, TEAM),
    "attendees:person": (TEAM, NOBODY),
    "attendees:record_answer": (NOBODY, TEAM),
    "attendees:undo_answer": (NOBODY, TEAM),
    "attendees:correct_person": (NOBODY, TEAM),
    "attendees:remove_person": (TEAM, TEAM),
    "attendees:erase_person": (LEADS, LEADS),
    "attendees:letters": (TEAM, TEAM),
    "attendees:ask": (LEADS, LEADS),
    "attendees:review": (TEAM, LEADS),
    "attendees:take_back": (NOBODY, LEADS),
    "attendees:outbox": (TEAM, NOBODY),
    "attendees:outbox_do": (NOBODY, LEADS),
    "attendees:take_along": (NOBODY, LEADS),
    "attendees:letters_calendar": (TEAM, NOBODY),
    "attendees:letters_calendar_do": (NOBODY, LEADS),
    "attendees:replies": (TEAM, NOBODY),
    "attendees:reply_do": (NOBODY, TEAM),
    "attendees:test_letter": (NOBODY, LEADS),
    "attendees:thanks": (LEADS, LEADS),
    "attendees:texts": (TEAM, TEAM),
    "attendees:text": (LEADS, LEADS),
    "attendees:round": (LEADS, LEADS),
    "attendees:letter": (TEAM, LEADS),
    "attendees:letter_do": (NOBODY, LEADS),
    "outcomes:list": (TEAM, TEAM),
    "outcomes:note": (NOBODY, TEAM),
    "outcomes:add": (TEAM, TEAM),
    "outcomes:state": (LEADS, LEADS),
    "outcomes:edit": (TEAM, TEAM),
    "outcomes:remove": (TEAM, TEAM),
    "outcomes:shift": (NOBODY, TEAM),
}
