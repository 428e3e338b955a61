"""NumPy: shapes, linear algebra, transforms, chance, and text."""

import io

import numpy as np


def main():
    a = np.arange(12.0).reshape(3, 4)
    assert a.sum() == 66 and a.mean(axis=1).tolist() == [1.5, 5.5, 9.5] and a.T.shape == (4, 3)
    assert a[a > 5].size == 6 and a[:, ::-1][0, 0] == 3 and np.where(a % 2 == 0)[0].size == 6
    assert np.einsum("ij,kj->ik", a, a).shape == (3, 3) and (a @ a.T)[0, 0] == 14
    assert np.concatenate([a, a]).shape == (6, 4) and np.stack([a, a]).ndim == 3
    assert np.percentile(a, 50) == 5.5 and np.median(a) == 5.5 and round(float(a.std()), 3) == 3.452

    m = np.array([[4.0, 1.0], [2.0, 3.0]])
    assert np.allclose(np.linalg.inv(m) @ m, np.eye(2)) and round(np.linalg.det(m)) == 10
    assert sorted(np.linalg.eigvals(m).round(6).tolist()) == [2.0, 5.0]
    assert np.allclose(np.linalg.solve(m, [1, 2]), [0.1, 0.6])
    u, s, v = np.linalg.svd(m)
    assert np.allclose(u @ np.diag(s) @ v, m) and np.allclose(np.linalg.qr(m)[0].T @ np.linalg.qr(m)[0], np.eye(2))
    assert np.linalg.norm([3, 4]) == 5 and np.linalg.matrix_rank(m) == 2
    assert np.allclose(np.linalg.lstsq(np.c_[np.arange(3), np.ones(3)], [1, 3, 5], rcond=None)[0], [2, 1])
    assert np.allclose(np.linalg.cholesky(m @ m.T) @ np.linalg.cholesky(m @ m.T).T, m @ m.T)
    big = np.ones((400, 400))
    assert (big @ big)[0, 0] == 400

    signal = np.sin(2 * np.pi * 5 * np.arange(64) / 64)
    assert np.abs(np.fft.rfft(signal)).argmax() == 5 and np.allclose(np.fft.ifft(np.fft.fft(signal)).real, signal)
    assert np.fft.fft2(np.eye(4)).shape == (4, 4) and np.convolve([1, 2], [1, 1]).tolist() == [1, 3, 2]
    assert np.polyfit([0, 1, 2], [1, 3, 5], 1).round(6).tolist() == [2.0, 1.0]
    assert np.polynomial.Polynomial([1, 2])(3) == 7 and np.roots([1, -3, 2]).round(6).tolist() == [2.0, 1.0]
    assert np.interp(1.5, [1, 2], [10, 20]) == 15 and np.trapz([0, 1, 2]) == 2
    assert np.histogram([1, 1, 2], bins=2)[0].tolist() == [2, 1]

    generator = np.random.default_rng(7)
    assert generator.integers(0, 10, 5).tolist() == np.random.default_rng(7).integers(0, 10, 5).tolist()
    assert generator.normal(size=1000).std() > 0.8 and generator.choice(["a", "b"], 3).shape == (3,)
    assert sorted(generator.permutation(5).tolist()) == [0, 1, 2, 3, 4]
    np.random.seed(1)
    first = np.random.rand(3)
    np.random.seed(1)
    assert (np.random.rand(3) == first).all()
    for kind in (np.random.PCG64DXSM, np.random.MT19937, np.random.Philox, np.random.SFC64):
        assert 0 <= np.random.Generator(kind(1)).random() < 1

    words = np.array(["tea", "cup"])
    assert np.char.upper(words).tolist() == ["TEA", "CUP"] and np.char.str_len(words).tolist() == [3, 3]
    people = np.array([("a", 1.5), ("b", 2.5)], dtype=[("name", "U4"), ("size", "f8")])
    assert people["size"].sum() == 4 and np.sort(people, order="size")["name"][0] == "a"
    read = np.loadtxt(io.StringIO("1,2\n3,4"), delimiter=",")
    assert read.sum() == 10 and np.genfromtxt(io.StringIO("1 2\n3 x"))[1, 1] != 4
    file = io.BytesIO()
    np.savez_compressed(file, a=a)
    file.seek(0)
    assert (np.load(file)["a"] == a).all()
    masked = np.ma.masked_invalid([1.0, np.nan])
    assert masked.mean() == 1.0 and np.nanmean([1.0, np.nan]) == 1.0
    with np.errstate(all="raise"):
        try:
            np.array([1.0]) / 0
            raise AssertionError
        except FloatingPointError:
            pass
    assert np.vectorize(lambda x: x + 1)([1, 2]).tolist() == [2, 3] and np.unique([2, 1, 2]).tolist() == [1, 2]
    assert np.lib.stride_tricks.sliding_window_view(np.arange(4), 2).shape == (3, 2)
    assert np.array2string(a).startswith("[[") and np.testing.assert_allclose(a, a) is None
    assert np.frombuffer(b"\x01\x00", dtype="<u2")[0] == 1 and np.packbits([1, 0, 0, 0, 0, 0, 0, 1])[0] == 129
    grid = np.meshgrid(range(3), range(2))
    assert grid[0].shape == (2, 3) and np.gradient([1.0, 4.0, 9.0]).tolist() == [3.0, 4.0, 5.0]
    return "ok"
