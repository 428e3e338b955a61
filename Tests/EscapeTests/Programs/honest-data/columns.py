"""Text, categories, missing values and several levels of an index."""

import numpy as np
import pandas as pd


def main():
    names = pd.Series(["Ada Lovelace", "grace hopper", None, "Юрий Гагарин"])
    assert names.str.title().iloc[1] == "Grace Hopper"
    assert names.str.split(expand=True).shape == (4, 2)
    assert names.str.extract(r"(\w+)\s(\w+)")[1].iloc[0] == "Lovelace"
    assert names.str.contains("a", case=False, na=False).sum() == 2
    assert names.str.replace(r"\s+", "_", regex=True).iloc[3] == "Юрий_Гагарин"
    assert names.str.len().fillna(0).astype(int).tolist() == [12, 12, 0, 12]
    assert pd.Series(["a,b", "b"]).str.get_dummies(",").to_dict("list") == {"a": [1, 0], "b": [1, 1]}
    assert pd.Series(["x"]).str.cat(["y"], sep="-").tolist() == ["x-y"]

    sizes = pd.Categorical(["small", "large", "small"], categories=["small", "large"], ordered=True)
    assert sizes.max() == "large" and pd.Series(sizes).value_counts()["small"] == 2
    assert pd.get_dummies(pd.Series(["a", "b"])).shape == (2, 2)
    assert pd.factorize(["x", "y", "x"])[0].tolist() == [0, 1, 0]

    nullable = pd.array([1, None, 3], dtype="Int64")
    assert nullable.sum() == 4 and nullable.isna().tolist() == [False, True, False]
    assert pd.array([True, None], dtype="boolean").any()
    frame = pd.DataFrame({"a": [1.0, np.nan, 3.0], "b": ["x", None, "z"]})
    assert frame.dropna().shape == (2, 2) and frame.fillna({"a": 0, "b": "-"}).iloc[1].tolist() == [0, "-"]
    assert frame["a"].ffill().tolist() == [1, 1, 3] and frame.isna().sum().sum() == 2
    records = frame.astype(object).where(frame.notna(), None).to_dict(orient="records")
    assert records[1] == {"a": None, "b": None}
    assert frame.convert_dtypes().dtypes["b"] == "string"

    index = pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["letter", "digit"])
    levels = pd.DataFrame({"value": range(4)}, index=index)
    assert levels.loc[("b", 2), "value"] == 3 and levels.xs(1, level="digit").shape == (2, 1)
    assert levels.unstack().shape == (2, 2) and levels.stack().size == 4
    assert levels.groupby(level="letter").sum()["value"].tolist() == [1, 5]
    assert levels.sort_index(ascending=False).index[0] == ("b", 2)

    wide = pd.DataFrame(np.arange(20).reshape(4, 5), columns=list("abcde"))
    assert wide.apply(lambda row: row.max(), axis=1).tolist() == [4, 9, 14, 19]
    assert wide.applymap(lambda value: value * 2).loc[0, "e"] == 8
    assert wide.transform(np.sqrt).shape == wide.shape and wide.corr().loc["a", "b"] == 1
    assert wide.nlargest(1, "a").index[0] == 3 and wide.sample(2, random_state=1).shape == (2, 5)
    assert wide.eval("f = a + b")["f"].tolist() == [1, 11, 21, 31]
    assert wide.cumsum().iloc[-1, 0] == 30 and wide.quantile(0.5)["a"] == 7.5
    assert wide.rename(columns=str.upper).columns.tolist() == list("ABCDE")
    assert wide.iloc[1:3, [0, 2]].values.tolist() == [[5, 7], [10, 12]] and wide.at[0, "b"] == 1
    assert wide.set_index("a").to_dict(orient="index")[5]["b"] == 6
    assert wide.isin([3, 4]).sum().sum() == 2 and wide.clip(2, 10).to_numpy().max() == 10
    assert list(wide.itertuples(index=False, name="Row"))[0].c == 2
    assert wide.mask(wide > 10, -1).to_numpy().min() == -1
    assert pd.arrays.IntervalArray.from_breaks([0, 1, 2]).size == 2
    assert pd.Series(range(10)).between(2, 4).sum() == 3 and wide.equals(wide.copy())
    assert pd.DataFrame({"s": pd.arrays.SparseArray([0, 0, 1])}).sparse.density > 0.3
    return "ok"
