"""Telling the YOTs: a calendar file of the programme, and the facts of each letter."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from icalendar import Calendar, Event

from infobank.domain.programmes import title_of
from infobank.programme.weeks import parse_quarter
from infobank.programme.year_rules import Rules


def programme_calendar(programme: pd.DataFrame, rules: Rules, *, synthetic: bool = False) -> bytes:
    """The programme as an iCalendar file (RFC 5545); the same programme gives the same bytes.

    An event for each week of fieldwork and one for each notice date.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//HM Inspectorate of Probation//Information Bank//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Inspection programme" + (" (SYNTHETIC)" if synthetic else ""))
    for r in programme.to_dict("records"):
        kind, name = str(r["programme"]), str(r["yot_name"])
        # The stamp must be a time, and the file may not depend on when it is made.
        stamp = dt.datetime.combine(
            parse_quarter(str(r["quarter"])).end_time.date(), dt.time(), tzinfo=dt.UTC
        )
        days = rules.visit(kind).days
        events = [("fieldwork", r["week_commencing"], f"{kind} {name}", days)]
        if not pd.isna(r["second_week"]):
            events[0] = (*events[0][:2], f"{kind} {name}, week 1 of 2", days)
            events.append(("second", r["second_week"], f"{kind} {name}, week 2 of 2", days))
        events.append(("notice", r["notice_date"], f"Announce {kind} to {name}", 1))
        for what, day, title, length in events:
            start = pd.Timestamp(day).date()
            event = Event()
            event.add("uid", f"{r['quarter']}-{r['yot_id']}-{kind}-{what}@information-bank")
            event.add("dtstamp", stamp)
            event.add("dtstart", start)
            event.add("dtend", start + dt.timedelta(days=length))
            event.add("summary", ("SYNTHETIC: " if synthetic else "") + title)
            event.add("description", f"{r['team']}. {r['reason']}")
            calendar.add_component(event)
    return bytes(calendar.to_ical())


def announcement_letters(programme: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    """The facts of each announcement, one row per visit, in the order they are to be sent.

    Columns: notice_date; yot_id; yot_name; programme; inspection (its full name); fieldwork (the
    days in words); second_fieldwork (in words, or ""); cases_to_sample; team; subject; opening (the
    first sentence of the letter). The reason and the arm stay out: a YOT is not told that it was
    drawn at random or thought strong.
    """
    rows = []
    ordered = programme.sort_values(["notice_date", "yot_id"], kind="stable")
    for r in ordered.to_dict("records"):
        kind = str(r["programme"])
        days = rules.visit(kind).days
        fieldwork = _days(r["week_commencing"], days)
        second = "" if pd.isna(r["second_week"]) else _days(r["second_week"], days)
        title, cases = title_of(kind), int(r["cases_to_sample"])
        again = f" and again on {second}" if second else ""
        rows.append(
            {
                "notice_date": r["notice_date"],
                "yot_id": r["yot_id"],
                "yot_name": r["yot_name"],
                "programme": kind,
                "inspection": title,
                "fieldwork": fieldwork,
                "second_fieldwork": second,
                "cases_to_sample": r["cases_to_sample"],
                "team": r["team"],
                "subject": f"{title} of youth offending work in {r['yot_name']}",
                "opening": f"Inspectors will visit on {fieldwork}{again}, and will look at "
                f"{cases} cases; please send the list of eligible cases by return.",
            }
        )
    return pd.DataFrame(rows)


def _days(day: pd.Timestamp, length: int) -> str:
    first = pd.Timestamp(day).date()
    last = first + dt.timedelta(days=length - 1)
    return f"{first:%A} {first.day} {first:%B} to {last:%A} {last.day} {last:%B %Y}"
