"""Identity of tasks, codes and training sets."""

from dataclasses import replace

import pytest

from suggest.models.hashes import task_hash, training_hash
from suggest.models.interface import Answer, Candidate, Example, Task, Turn, offered_code

JOY = offered_code("c1", "Joy", definition="Being glad")
FEAR = offered_code("c2", "Fear", definition="Being afraid")
TASK = Task(
    "s1", "I was glad.", 100, "R1", (Turn("s0", "I", "And then?", "prompt"),), (Turn("s2", "R2", "Me too.", "data"),)
)


def hashed(task=TASK, codes=(JOY, FEAR), prompt="p@1+abc", model="m-1", parameters=None):
    return task_hash(task, codes, prompt, model, {"threshold": 5} if parameters is None else parameters)


@pytest.mark.parametrize(
    "changed",
    [
        hashed(replace(TASK, text="I was sad.")),
        hashed(replace(TASK, speaker="R2")),
        hashed(replace(TASK, before=())),
        hashed(replace(TASK, after=(replace(TASK.after[0], text="Not me."),))),
        hashed(replace(TASK, before=TASK.after, after=TASK.before)),
        hashed(replace(TASK, sample=1)),
        hashed(codes=(JOY,)),
        hashed(codes=(JOY, offered_code("c2", "Fear", definition="Being scared"))),
        hashed(prompt="p@2+abc"),
        hashed(model="m-2"),
        hashed(parameters={"threshold": 6}),
        hashed(parameters={"threshold": "5"}),
    ],
)
def test_whatever_could_change_an_answer_changes_the_task_hash(changed):
    assert changed != hashed()


def test_the_task_hash_does_not_depend_on_ids_offsets_or_the_order_of_the_codes():
    moved = replace(TASK, segment="other", start=7, before=(replace(TASK.before[0], segment="x", start=1),))
    assert hashed(moved, codes=(FEAR, JOY)) == hashed()


def test_the_task_hash_is_fixed_for_ever():
    assert hashed() == "59d916515474860472d8b0aa9a082f7526c7284b6b98fec01c4fe1efcf33f3df"


def test_a_float_parameter_has_no_identity():
    with pytest.raises(TypeError, match="scale"):
        hashed(parameters={"temperature": 0.1})


def test_text_with_a_lone_surrogate_can_be_hashed():
    assert hashed(replace(TASK, text="\ud800")) != hashed()


@pytest.mark.parametrize("field", ["definition", "include", "exclude"])
def test_a_reworded_code_is_another_version(field):
    assert offered_code("c1", "Joy", **{field: "new"}).version != offered_code("c1", "Joy").version


def test_the_same_wording_under_another_id_is_the_same_version():
    assert offered_code("a", "Joy").version == offered_code("b", "Joy").version


def test_a_training_set_is_known_by_its_content_and_not_by_its_order():
    one, two = Example("s1", "glad", "c1", "accepted"), Example("s2", "afraid", "c2", "rejected")
    assert training_hash([one, two]) == training_hash([two, one])
    assert training_hash([one, two]) != training_hash([one, replace(two, verdict="added")])
    assert training_hash([]) == ""
    none = Example("s1", "glad", "", "no_code")
    assert len({training_hash([one]), training_hash([none]), training_hash([replace(none, but=("c2",))])}) == 3


def test_an_answer_in_which_no_code_fits_names_none():
    answer = Answer("s1", (Candidate("c1", False), Candidate("c2", False)), "h")
    assert answer.fitting == ()
    assert replace(answer, candidates=(Candidate("c2", True), Candidate("c1", False))).fitting == ("c2",)
