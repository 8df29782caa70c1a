"""The steps as JSON."""

import json

from symnn.typeset.json_steps import json_steps


def test_steps(gradient):
    steps = json.loads(json.dumps(json_steps(gradient, offset=6)))
    assert [step["number"] for step in steps] == [8, 9, 10]
    last = steps[-1]
    assert set(last) == {"number", "rule", "statement", "relation", "latex", "judge", "sizes", "bound", "seed"}
    assert last["rule"] == last["relation"] == "gradient"
    assert last["statement"] == "λw − Xᵀ(y − Xw)"
    assert last["judge"] == "exact"
    assert 0 < last["bound"] < 1e-12
    assert all({"n", "d"} == set(sizes) for sizes in last["sizes"])
