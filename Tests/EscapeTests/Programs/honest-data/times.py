"""Time series with zones, periods, windows and holidays."""

import datetime

import numpy as np
import pandas as pd


def main():
    index = pd.date_range("2024-03-30", periods=96, freq="h", tz="Europe/Berlin")
    values = pd.Series(np.arange(96.0), index=index)
    days = values.resample("D").agg(["sum", "count"])
    assert days.loc["2024-03-31", "count"].item() == 23  # the night that loses an hour
    assert values.tz_convert("Asia/Seoul").index[0].hour == 8
    assert values.tz_convert("UTC").index[0].isoformat() == "2024-03-29T23:00:00+00:00"
    assert values.rolling("6h").mean().iloc[-1] == 92.5
    assert values.rolling(5, min_periods=1).median().iloc[2] == 1.0
    assert values.expanding().max().iloc[-1] == 95 and values.ewm(span=3).mean().iloc[-1] > 93
    assert values.shift(1).isna().sum() == 1 and values.diff().dropna().eq(1).all()
    assert values.between_time("08:00", "09:00").size == 8
    assert values.asfreq("12h").size == 8
    weekly = values.groupby([values.index.month, values.index.day_name()]).mean()
    assert weekly.index.nlevels == 2

    months = pd.period_range("2024-01", periods=3, freq="M")
    assert [str(month) for month in months] == ["2024-01", "2024-02", "2024-03"]
    assert pd.Period("2024-02").days_in_month == 29
    assert pd.Timestamp("2024-05-01 12:00").tz_localize("America/New_York").utcoffset() == datetime.timedelta(hours=-4)
    assert (pd.Timestamp("2024-01-31") + pd.offsets.MonthEnd(1)).day == 29
    assert (pd.Timestamp("2024-01-05") + pd.offsets.BDay(1)).day_name() == "Monday"
    assert len(pd.bdate_range("2024-01-01", "2024-01-14")) == 10
    stamps = pd.to_datetime(["01.02.2024", "15.03.2024"], dayfirst=True)
    assert stamps[0].month == 2 and (stamps[1] - stamps[0]).days == 43
    assert pd.to_datetime("2024-13-01", errors="coerce") is pd.NaT
    assert pd.to_datetime([1700000000], unit="s", utc=True)[0].year == 2023
    assert pd.to_timedelta("1 days 02:00:00").total_seconds() == 93600
    assert values.index.strftime("%d.%m.%Y")[0] == "30.03.2024"
    assert values.index.isocalendar().week.iloc[0] == 13

    nights = np.array(["2024-01-01", "2024-01-03"], dtype="datetime64[D]")
    assert (nights[1] - nights[0]) == np.timedelta64(2, "D")
    assert np.busday_count("2024-01-01", "2024-02-01") == 23
    assert np.datetime64("2024-02-29") + np.timedelta64(1, "Y").astype("timedelta64[D]") > nights[1]
    from dateutil import parser, relativedelta, tz
    assert parser.parse("May 1, 2024 10:00").day == 1
    assert datetime.date(2024, 1, 31) + relativedelta.relativedelta(months=1) == datetime.date(2024, 2, 29)
    assert tz.gettz("Asia/Seoul").utcoffset(datetime.datetime(2024, 1, 1)) == datetime.timedelta(hours=9)
    import pytz
    assert pytz.timezone("Asia/Tokyo").localize(datetime.datetime(2024, 1, 1)).strftime("%z") == "+0900"
    interpolated = pd.Series([1.0, np.nan, 3.0]).interpolate()
    assert interpolated.tolist() == [1.0, 2.0, 3.0]
    return "ok"
