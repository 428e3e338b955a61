"""Dates, zones and exact numbers."""
import datetime
import decimal
import locale
import time
import zoneinfo


def main():
    zone = zoneinfo.ZoneInfo("Europe/Berlin")
    summer = datetime.datetime(2024, 7, 1, 12, tzinfo=zone)
    assert summer.utcoffset() == datetime.timedelta(hours=2)
    assert summer.astimezone(zoneinfo.ZoneInfo("Asia/Seoul")).hour == 19
    assert summer.isoformat() == "2024-07-01T12:00:00+02:00"
    assert datetime.datetime.fromisoformat("2024-02-29T23:59:59+00:00").timestamp() == 1709251199
    assert len(zoneinfo.available_timezones()) > 300
    assert datetime.datetime.now(datetime.timezone.utc).year >= 2024
    assert datetime.datetime.strptime("03 Feb 2021", "%d %b %Y").date().isocalendar()[1] == 5
    assert time.strftime("%Y", time.gmtime(0)) == "1970" and time.localtime(0).tm_hour == 0
    before = time.monotonic()
    time.sleep(0.01)
    assert time.monotonic() - before >= 0.01 and time.perf_counter() > 0 and time.process_time() >= 0
    decimal.getcontext().prec = 50
    assert str(decimal.Decimal(1) / 3).startswith("0.33333333333333333333")
    assert decimal.Decimal("1.005").quantize(decimal.Decimal("0.01"), decimal.ROUND_HALF_UP) == decimal.Decimal("1.01")
    assert 2 ** 200 % 97 == pow(2, 200, 97) and int("9" * 400) > 0
    assert round(2.675, 2) == 2.67 and float("1e308") * 10 == float("inf")
    assert locale.getlocale() is not None and "{:,}".format(1234567) == "1,234,567"
    try:
        zoneinfo.ZoneInfo("No/Where")
    except zoneinfo.ZoneInfoNotFoundError:
        return "ok"
