"""Sales as a small company keeps them: read, joined, grouped, pivoted, and given back as records."""

import io
import json

import numpy as np
import pandas as pd

SALES = """day,shop,article,count,price
2024-01-01,Berlin,tea,3,2.50
2024-01-01,Seoul,tea,1,2.75
2024-01-02,Berlin,cup,2,8.00
2024-01-02,Seoul,tea,,2.75
2024-01-03,Berlin,tea,5,2.50
2024-01-04,,cup,1,9.00
"""


def main():
    sales = pd.read_csv(io.StringIO(SALES), parse_dates=["day"], dtype={"shop": "string"})
    assert sales.dtypes["day"].kind == "M" and sales["count"].isna().sum() == 1
    sales["count"] = sales["count"].fillna(0).astype(int)
    sales["total"] = (sales["count"] * sales["price"]).round(2)

    by_shop = sales.groupby("shop", dropna=False)["total"].agg(["sum", "mean", "count"])
    assert by_shop.loc["Berlin", "sum"] == 36.0 and len(by_shop) == 3
    assert sales.groupby(["shop", "article"]).total.sum().unstack().loc["Berlin", "cup"] == 16.0
    assert sales.groupby("article").apply(lambda part: part.total.max())["tea"] == 12.5
    ranked = sales.assign(rank=sales.groupby("article").total.rank(ascending=False))
    assert ranked["rank"].max() == 4

    shops = pd.DataFrame({"shop": ["Berlin", "Seoul", "Lima"], "country": ["DE", "KR", "PE"]})
    joined = sales.merge(shops, on="shop", how="outer", indicator=True)
    assert (joined["_merge"] == "right_only").sum() == 1
    table = sales.pivot_table(index="day", columns="article", values="count", aggfunc="sum", fill_value=0)
    assert table.loc["2024-01-03", "tea"] == 5
    assert sales.pivot(columns="article", values="total").shape == (6, 2)
    long = table.reset_index().melt(id_vars="day", value_name="count")
    assert len(long) == 8
    assert pd.crosstab(sales["shop"], sales["article"]).loc["Seoul", "tea"] == 2
    assert sales.query("price > 2.6 and shop == 'Seoul'").shape[0] == 2
    assert pd.concat([sales, sales]).drop_duplicates().shape == sales.shape
    bins = pd.cut(sales["price"], [0, 5, 10], labels=["cheap", "dear"])
    assert bins.value_counts().to_dict() == {"cheap": 4, "dear": 2}
    assert list(pd.qcut(range(4), 2, labels=False)) == [0, 0, 1, 1]

    text = sales.to_csv(index=False)
    assert pd.read_csv(io.StringIO(text)).equals(pd.read_csv(io.StringIO(text)))
    back = pd.read_json(io.StringIO(sales.to_json(orient="records", date_format="iso")))
    assert len(back) == len(sales)
    assert json.loads(sales.to_json(orient="split"))["columns"][0] == "day"
    assert "Berlin" in sales.to_string() and "<table" in sales.to_html()
    assert repr(sales) and sales.describe(include="all").shape[0] > 5
    buffer = io.StringIO()
    sales.info(buf=buffer)
    assert "6 entries" in buffer.getvalue()
    assert sales.memory_usage(deep=True).sum() > 0
    nested = pd.json_normalize(
        [{"id": 1, "who": {"name": "a"}, "items": [{"x": 1}, {"x": 2}]}], "items", ["id", ["who", "name"]])
    assert nested.to_dict(orient="records")[1] == {"x": 2, "id": 1, "who.name": "a"}
    exploded = pd.DataFrame({"a": [[1, 2], []]}).explode("a")
    assert len(exploded) == 3
    assert np.where(sales["count"] > 2, "many", "few").tolist().count("many") == 2
    sales["shop"] = sales["shop"].astype("category")
    assert list(sales["shop"].cat.categories) == ["Berlin", "Seoul"]
    styled = sales.head(1).style.format({"price": "{:.1f}"}).to_html()
    assert "2.5" in styled
    return "ok"
