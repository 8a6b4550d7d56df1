"""Which dates an analytics report is about."""

import datetime
from typing import Annotated

from pydantic import Field
from pydantic.json_schema import SkipJsonSchema

from lib.analytics.periods import Interval, WeekStart
from lib.wire import Text, Wire

Zone = Annotated[Text, Field(max_length=64)]


class AnalyticsFields(Wire):
    """What is said of an analytics report; as for `/analytics`."""

    from_: datetime.date | SkipJsonSchema[None] = Field(None, alias="from", description="First date")
    to: datetime.date | SkipJsonSchema[None] = Field(None, description="Last date, included; today")
    interval: Interval | SkipJsonSchema[None] = Field(
        None, description="What series are divided into; by default as many parts as can be read"
    )
    timezone: Zone | SkipJsonSchema[None] = Field(None, description="Where dates begin and end; UTC")
    week_start: WeekStart | SkipJsonSchema[None] = None


class AnalyticsOrder(AnalyticsFields):
    """Dates; without any, the thirty days that end today."""
