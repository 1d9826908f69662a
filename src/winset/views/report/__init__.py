"""A study as one HTML page that needs no network, no script and no other file.

    from winset.views.report import report_html
    page = report_html(results)

Numbers are those of the study; the page computes none. Every text of a scenario is escaped.
"""

from winset.views.report.fragment import study_html
from winset.views.report.page import report_html, write_report

__all__ = ["report_html", "study_html", "write_report"]
