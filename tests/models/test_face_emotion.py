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
from models.face_emotion import faces
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

    def test_duplicates_are_merged_with_the_mean_of_their_labels(self) -> None:
        once = synthetic(3)
        images = once.images[[0, 1, 0, 2]]
        targets = np.eye(len(LABELS), dtype=np.float32)[[0, 1, 4, 2]]
        merged = faces.merge_duplicates(Faces(images, targets))
        assert np.array_equal(merged.images, once.images)
        assert merged.targets[0].tolist() == [0.5, 0, 0, 0, 0.5, 0, 0]
        assert merged.classes[1:].tolist() == [1, 2]

    def test_faces_that_occur_in_both_sets_are_found(self) -> None:
        some, others = synthetic(4), synthetic(4, seed=1)
        others.images[2] = some.images[3]
        assert faces.occurs_in(some, others).tolist() == [False, False, False, True]

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


def test_unchanged_and_degraded_faces_are_evaluated() -> None:
    pytest.importorskip("matplotlib", reason="needs the extra train: pip install -e '.[train]'")
    from models.face_emotion.evaluate import DEGRADATIONS, report

    held_out, trained = synthetic(14), synthetic(14, seed=1)
    trained.images[0] = held_out.images[0]
    with closing(LocalRuntime([ROOT / "models"], ["face_emotion"], workers=1)) as runtime:
        text, clean = report(runtime, held_out, trained)
    assert clean.n == 14
    rows = text.splitlines()[2:]
    assert len(rows) == len(DEGRADATIONS) + 1
    assert rows[0].startswith(f"| unchanged | 14 | {clean.accuracy:.1%} |")
    assert "| 13 |" in rows[-1]


# PyTorch's exporter uses its own deprecated function.
@pytest.mark.filterwarnings("ignore:.*LeafSpec.*:FutureWarning")
def test_a_network_is_trained_bootstrapped_calibrated_and_exported(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="needs the extra train: pip install -e '.[train]'")
    pytest.importorskip("onnxscript", reason="needs the extra train: pip install -e '.[train]'")
    pytest.importorskip("matplotlib", reason="needs the extra train: pip install -e '.[train]'")
    from models.face_emotion.export import calibrate, export
    from models.face_emotion.network import Network
    from models.face_emotion.train import Stage, bootstrap, train

    torch.set_num_threads(1)
    torch.manual_seed(0)
    random = np.random.default_rng(0)
    seen, held_out = synthetic(128), synthetic(70, seed=1)
    stage = Stage(epochs=3, peak_rate=0.05, sizes={0.0: 32, 0.7: 48}, strength=0.5)

    steps = list(train(Network(), seen, held_out, stage, random))
    (first, _), (_, _), (last, average) = steps
    assert last.trained_loss < first.trained_loss

    bootstrapped = bootstrap(average, seen)
    assert bootstrapped.targets.sum(axis=1) == pytest.approx(np.ones(128), abs=1e-3)
    assert (bootstrapped.targets[seen.targets == 1] < 1).all()

    classifier = calibrate(average, held_out)
    assert classifier.temperature != 1
    path = tmp_path / "network.onnx"
    export(classifier, path)
    (probabilities,) = onnxruntime.InferenceSession(path).run(
        None, {"face": to_input(held_out.images)}
    )
    assert probabilities.shape == (70, len(LABELS))
    assert probabilities.sum(axis=1) == pytest.approx(np.ones(70), abs=1e-5)
