import zipfile
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import pytest

from inference.card import ModelCard, read_card
from inference.runtime import LocalRuntime
from models.face_emotion import corpora as corpora_module
from models.face_emotion import faces
from models.face_emotion.corpora import VOTED, Corpora, Examples
from models.face_emotion.faces import LABELS, SIZE, Faces, augment, read_fer2013, to_input

ROOT = Path(__file__).parents[2]
FER2013 = ROOT / "../shared/data/fer2013.zip"


@pytest.fixture(scope="module")
def card() -> ModelCard:
    return read_card(ROOT / "models" / "face_emotion" / "card.md")


@pytest.fixture(scope="module")
def session(card: ModelCard) -> onnxruntime.InferenceSession:
    return onnxruntime.InferenceSession(card.model)


def synthetic(count: int, seed: int = 0) -> Faces:
    """Return images that are easy to classify: noisy bars, whose slope is the class."""
    random = np.random.default_rng(seed)
    classes = random.integers(0, len(LABELS), count)
    y, x = np.mgrid[:48, :48]
    slants = np.pi * classes[:, None, None] / len(LABELS)
    waves = np.sin((x * np.cos(slants) + y * np.sin(slants)) / 3)
    noise = random.normal(scale=20, size=waves.shape)
    images = np.clip(128 + 60 * waves + noise, 0, 255).astype(np.uint8)
    return Faces(images, np.eye(len(LABELS), dtype=np.float32)[classes])


def examples(count: int, seed: int = 0) -> Examples:
    """Return synthetic faces whose crowd agrees with the label."""
    drawn = synthetic(count, seed)
    votes = np.pad(drawn.targets, ((0, 0), (0, 1)))
    people = tuple(f"P{n % 30}" for n in range(count))
    return Examples(tuple(drawn.images), votes, drawn.targets, people)


def corpora() -> Corpora:
    validation = examples(42, seed=1)
    majority = validation.labels.argmax(axis=1)
    majority[:3] = [-1, VOTED.index("contempt"), -1]
    return Corpora(examples(64), validation, majority, examples(21, 2), examples(35, 3))


def write_pictures(archive: Path, names: list[str]) -> None:
    with zipfile.ZipFile(archive, "w") as members:
        for name, image in zip(names, synthetic(len(names)).images, strict=True):
            members.writestr(name, cv2.imencode(Path(name).suffix, image)[1].tobytes())


class TestCorpora:
    def test_faces_come_with_their_votes_and_without_leaks(self, tmp_path: Path) -> None:
        names = ["train/fear/a.jpg", "train/happy/b.jpg", "train/sad/c.jpg"]
        write_pictures(tmp_path / "faces.zip", names)
        table = tmp_path / "votes.csv"
        columns = ["path", *corpora_module.COLUMNS, *corpora_module.REJECTED]
        table.write_text(f"{','.join(columns)}\n{names[0]},0,0,3,0,1,6,0,0,0,0\n")

        votes = corpora_module.read_votes(table)
        read = corpora_module.read_fer(
            tmp_path / "faces.zip", "train", votes, frozenset({"train/happy/b.jpg"})
        )

        assert [LABELS[n] for n in read.labels.argmax(axis=1)] == ["fear", "sad"]
        # A single vote counts as a mistake, and nobody was asked about the second.
        assert read.votes[0, [2, 5]] == pytest.approx([1 / 3, 2 / 3])
        assert read.votes.sum(axis=1) == pytest.approx([1, 0])

    def test_faces_without_an_emotion_have_no_votes(self) -> None:
        unclear = np.array([0, 0, 0, 2, 0, 2, 0, 0, 6, 0])
        assert not corpora_module.share_votes(unclear).any()
        assert corpora_module.majority(unclear) is None
        assert corpora_module.majority(np.array([0, 0, 0, 0, 0, 4, 0, 6, 0, 0])) == 7
        assert corpora_module.majority(np.array([0, 0, 0, 0, 0, 5, 0, 5, 0, 0])) is None

    def test_people_are_never_on_both_sides(self, tmp_path: Path) -> None:
        names = [f"happy/Some_Body_{n}_000{k}.jpg" for n in "ABCDEFGHIJKLMNOP" for k in (1, 2)]
        write_pictures(tmp_path / "people.zip", [*names, "sad/S010_004_00000017.png"])
        read = corpora_module.read_people(tmp_path / "people.zip")
        assert read.people[-1] == "S010"
        assert LABELS[read.labels[-1].argmax()] == "sad"
        trained, held_out = read.split()
        assert len(trained.images) + len(held_out.images) == len(names) + 1
        assert held_out.images
        assert not set(trained.people) & set(held_out.people)

    def test_an_archive_without_pictures_is_refused(self, tmp_path: Path) -> None:
        write_pictures(tmp_path / "people.zip", ["unknown/A_1.jpg"])
        with pytest.raises(ValueError, match="has no images LABEL/PERSON_NUMBER"):
            corpora_module.read_people(tmp_path / "people.zip")

    def test_duplicates_are_merged_with_the_mean_of_their_opinions(self) -> None:
        once = examples(3)
        twice = once.chosen(np.array([0, 1, 0, 2]))
        twice.labels[2] = np.eye(len(LABELS))[(once.labels[0].argmax() + 1) % 7]
        merged = corpora_module.merge_duplicates(twice)
        assert len(merged.images) == 3
        assert sorted(merged.labels[0]) == [0, 0, 0, 0, 0, 0.5, 0.5]
        assert np.array_equal(merged.labels[1:], once.labels[1:])

    def test_leaks_and_held_out_people_are_not_trained_on(self, tmp_path: Path) -> None:
        faces_folder = tmp_path / "faces"
        faces_folder.mkdir()
        train = [f"train/sad/{n}.jpg" for n in range(6)]
        write_pictures(tmp_path / "fer2013.zip", [*train, "validation/happy/a.jpg"])
        columns = ["path", *corpora_module.COLUMNS, *corpora_module.REJECTED]
        row = "validation/happy/a.jpg,0,0,0,1,9,0,0,0,0,0"
        (faces_folder / "ferplus.csv").write_text(f"{','.join(columns)}\n{row}\n")
        (faces_folder / "fer2013-leaks.txt").write_text("\n".join(train[:4]))
        for name in ("lfw.zip", "ck48.zip"):
            write_pictures(faces_folder / name, [f"angry/P{n}_1.png" for n in range(30)])

        read = corpora_module.read_corpora(tmp_path)

        held = {*read.lfw.people, *read.posed.people}
        assert held
        assert not set(read.trained.people) & held
        people = 30 - len(held)
        assert len(read.trained.images) == 2 + people * (1 + corpora_module.POSED_COPIES)
        assert [VOTED[n] for n in read.majority] == ["sad"]
        assert list(read.held_out) == ["validation", "lfw", "posed"]


class TestFaces:
    def test_are_read_by_part_in_order_of_names(self, tmp_path: Path) -> None:
        archive = tmp_path / "faces.zip"
        images = synthetic(3).images
        names = ["train/sad/b.jpg", "validation/happy/a.jpg", "train/fear/a.jpg"]
        with zipfile.ZipFile(archive, "w") as members:
            members.writestr("read-me.txt", "no face")
            for name, image in zip(names, images, strict=True):
                members.writestr(name, cv2.imencode(".jpg", image)[1].tobytes())

        read = read_fer2013(archive, "train")

        assert [LABELS[label] for label in read.classes] == ["fear", "sad"]
        for image, original in zip(read.images, images[[2, 0]], strict=True):
            assert np.abs(image.astype(float) - original).mean() < 5

    def test_an_archive_without_the_part_is_refused(self, tmp_path: Path) -> None:
        archive = tmp_path / "empty.zip"
        zipfile.ZipFile(archive, "w").close()
        with pytest.raises(ValueError, match=r"has no images train/LABEL/NAME\.jpg"):
            read_fer2013(archive, "train")

    @pytest.mark.skipif(not FER2013.is_file(), reason="needs fer2013.zip in ../shared/data")
    def test_fer2013_is_complete(self) -> None:
        read = read_fer2013(FER2013, "validation")
        assert read.images.shape == (3589, 48, 48)
        assert np.bincount(read.classes).tolist() == [467, 56, 496, 895, 653, 415, 607]


class TestAugmentation:
    def test_depends_only_on_the_seed(self) -> None:
        face = synthetic(1).images[0]
        first, again, other = (augment(face, np.random.default_rng(s)) for s in (0, 0, 1))
        assert first.shape == (SIZE, SIZE)
        assert first.dtype == np.uint8
        assert np.array_equal(first, again)
        assert not np.array_equal(first, other)

    def test_does_not_modify_its_input(self) -> None:
        face = synthetic(1).images[0]
        before = face.copy()
        random = np.random.default_rng(0)
        for _ in range(30):
            augment(face, random)
        assert np.array_equal(face, before)

    def test_degradations_reduce_detail_or_brightness(self) -> None:
        face = synthetic(1).images[0]
        detail = cv2.Laplacian(face, cv2.CV_32F).std()
        for degraded in (faces.blur(face, 2), faces.shrink(face, 16)):
            assert cv2.Laplacian(degraded, cv2.CV_32F).std() < detail / 2
        assert faces.dim(face, 0.25).mean() == pytest.approx(face.mean() / 4, abs=0.5)
        assert not np.array_equal(faces.compress(face, 20), face)

    def test_rotates_about_the_centre(self) -> None:
        face = np.zeros((48, 48), np.uint8)
        face[22:26, 34:38] = 255
        y, x = np.argwhere(faces.rotate(face, 90) > 128).mean(axis=0)
        assert (x, y) == pytest.approx((23.5, 12), abs=0.6)


@pytest.mark.parametrize("document", ["README.md", "docs/models.md"])
def test_the_documents_quote_the_figures_of_the_card(card: ModelCard, document: str) -> None:
    text = (ROOT / document).read_text(encoding="utf-8")
    for name in ("accuracy", "crowd_accuracy", "posed_accuracy"):
        assert f"{100 * float(card.figures[name]):.1f} %" in text


class TestNetwork:
    def test_is_small_and_stores_its_weights_as_fp16(self, card: ModelCard) -> None:
        assert card.model.stat().st_size <= 5_000_000
        model = onnx.load(card.model)
        types = {tensor.data_type for tensor in model.graph.initializer}
        assert types == {onnx.TensorProto.FLOAT16, onnx.TensorProto.INT64}
        assert {o.domain: o.version for o in model.opset_import}[""] >= 17

    def test_has_the_classes_of_fer2013(self, card: ModelCard) -> None:
        assert tuple(card.setting("labels")) == LABELS
        assert card.setting("size") == SIZE

    def test_is_invariant_to_mirroring_and_brightness(
        self, session: onnxruntime.InferenceSession
    ) -> None:
        face = to_input(synthetic(5).images)
        (probabilities,) = session.run(None, {"face": face})
        assert probabilities.sum(axis=1) == pytest.approx(np.ones(5), abs=1e-5)
        for other in (face[:, :, ::-1], 0.6 * face - 0.2):
            (seen,) = session.run(None, {"face": np.ascontiguousarray(other, np.float32)})
            assert seen == pytest.approx(probabilities, abs=5e-3)


@pytest.mark.parametrize("model", ["face_emotion", "mini-xception"])
def test_a_network_is_evaluated_on_everyone_held_out(model: str) -> None:
    pytest.importorskip("matplotlib", reason="needs the extra train: pip install -e '.[train]'")
    from models.face_emotion.evaluate import DEGRADATIONS, TITLES, report

    folders = [ROOT / "models"]
    needed = ["face_emotion", "face_detection", "face_mesh"]
    with closing(LocalRuntime(folders, needed, 1, {"face_emotion": model})) as runtime:
        text, scores = report(runtime, corpora())
    assert list(scores) == list(TITLES)
    own, crowd, posed = scores.values()
    assert (own.n, crowd.n, posed.n) == (42, 39, 35)
    rows = text.splitlines()
    with_contempt = crowd.accuracy * crowd.n / (crowd.n + 1)
    assert f"| FER+ majority with contempt, an error | 40 | {with_contempt:.1%} |||" in rows
    assert all(any(row.startswith(f"| {name} |") for row in rows) for name in DEGRADATIONS)
    assert any(row.startswith("| darkest third |") for row in rows)
    assert any(row.startswith("| no face found |") for row in rows)


# PyTorch's exporter uses its own deprecated function.
@pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")
def test_a_network_is_trained_bootstrapped_calibrated_and_exported(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="needs the extra train: pip install -e '.[train]'")
    pytest.importorskip("onnxscript", reason="needs the extra train: pip install -e '.[train]'")
    pytest.importorskip("matplotlib", reason="needs the extra train: pip install -e '.[train]'")
    from models.face_emotion.export import Classifier, calibrate, compare, export, frequencies
    from models.face_emotion.network import Network
    from models.face_emotion.train import Stage, bootstrap, train

    torch.set_num_threads(1)
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    seen, held_out = examples(128), examples(70, seed=1)
    seen.votes[:5] = 0
    stage = Stage(epochs=3, peak_rate=0.05, sizes={0.0: 32, 0.7: 48}, strength=0.5, label_share=0.5)

    steps = list(train(Network(), seen, held_out, stage, random))
    (first, _), (_, _), (last, average) = steps
    assert last.trained_loss < first.trained_loss

    bootstrapped = bootstrap(average, seen)
    assert not bootstrapped.votes[:5].any()
    for own in (bootstrapped.votes[5:], bootstrapped.labels):
        assert own.sum(axis=1) == pytest.approx(np.ones(len(own)), abs=1e-3)
    assert (bootstrapped.labels[seen.labels == 1] < 1).all()

    table = compare(average, corpora()).splitlines()
    assert len(table) == 2 + 11 * 3

    prior = frequencies(seen, 0.5)
    assert prior.sum() == pytest.approx(1)
    classifier = Classifier(average, 0.5, -np.log(prior))
    calibrate(classifier, held_out)
    assert classifier.temperature != 1
    path = tmp_path / "network.onnx"
    export(classifier, path)
    (probabilities,) = onnxruntime.InferenceSession(path).run(
        None, {"face": to_input(held_out.images)}
    )
    assert probabilities.shape == (70, len(LABELS))
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(70), abs=1e-5)
