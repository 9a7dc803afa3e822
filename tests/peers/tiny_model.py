"""Tiny language models with random weights, for servers to be tried with: their answers are noise, all else is real.

Run in the environment of the server that wants it: `gguf FILE` needs the package gguf, `hf FOLDER` transformers. One
dimension of what the model computes is the same for every text, so that its weights in the last layer say how likely
each token is: strings end, lists close, and an answer comes to an end.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

WIDTH, INNER, LAYERS, HEADS = 64, 128, 2, 2
CONTEXT = 24_576
TEMPLATE = "{% for m in messages %}{{ m['role'] }}: {{ m['content'] }}\n{% endfor %}assistant: "
CONSTANT = 4.0
STARTS = ('{"', '":', '",')
"""Tokens of more than one character that answers in JSON are made of."""

Weights = dict[str, "np.ndarray[Any, Any]"]


def likely(token: str) -> float:
    """How much likelier than others a token is, as a logarithm."""
    wanted = {'"': 3.5, "}": 3.0, "]": 3.0, "{": 2.0, ":": 1.0, ",": 1.0, " ": 0.5, "\n": 1.0, "\t": 0.0, "\\": -2.0}
    if len(token) != 1 or token in wanted:
        return wanted.get(token, 1.0)
    if token < " " or token > "~":
        return -5.0
    return 1.0 if token in "etaoinshr" else 0.0 if token.isalnum() else -2.0


def weights(tokens: list[str], end: int) -> Weights:
    """Of a llama with two layers, by the names of the Hugging Face format."""
    chance = np.random.default_rng(0)

    def some(*shape: int, size: float = 0.05) -> Any:
        return (chance.standard_normal(shape) * size).astype(np.float32)

    def kept_apart(matrix: Any) -> Any:
        matrix[0, :] = 0
        return matrix

    embedding, last = some(len(tokens), WIDTH, size=0.3), some(len(tokens), WIDTH, size=0.3)
    embedding[:, 0] = CONSTANT
    last[:, 0] = [likely(token) / 6.5 for token in tokens]
    last[end, 0] = 3.5 / 6.5
    special = [number for number, token in enumerate(tokens) if token.startswith("<") and len(token) > 1]
    last[[number for number in special if number != end], 0] = -2.0
    norm = np.ones(WIDTH, np.float32)
    found: Weights = {"model.embed_tokens.weight": embedding, "model.norm.weight": norm, "lm_head.weight": last}
    for layer in range(LAYERS):
        name = f"model.layers.{layer}."
        for one in ("input_layernorm", "post_attention_layernorm"):
            found[f"{name}{one}.weight"] = norm.copy()
        for one in ("q_proj", "k_proj", "v_proj"):
            found[f"{name}self_attn.{one}.weight"] = some(WIDTH, WIDTH)
        found[f"{name}self_attn.o_proj.weight"] = kept_apart(some(WIDTH, WIDTH))
        for one in ("gate_proj", "up_proj"):
            found[f"{name}mlp.{one}.weight"] = some(INNER, WIDTH)
        found[f"{name}mlp.down_proj.weight"] = kept_apart(some(WIDTH, INNER))
    return found


GGUF_NAMES = {
    "model.embed_tokens": "token_embd", "model.norm": "output_norm", "lm_head": "output", "model.layers.": "blk.",
    "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm", "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k", "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
}  # fmt: skip


def write_gguf(file: Path) -> None:
    """For llama.cpp: a vocabulary of bytes, printable characters and a few pieces of JSON."""
    import gguf

    pieces = [chr(code).replace(" ", "\u2581") for code in range(32, 127)] + list(STARTS)
    listed = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256)), *pieces]
    kinds = [2, 3, 3, *[6] * 256, *[1] * len(pieces)]
    meant = [*listed[:3], *(chr(byte) if byte < 32 else "\xff" for byte in range(256)), *pieces]
    meant = [" " if token == "\u2581" else token for token in meant]
    writer = gguf.GGUFWriter(str(file), "llama")
    writer.add_name("tiny-random")
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(WIDTH)
    writer.add_block_count(LAYERS)
    writer.add_feed_forward_length(INNER)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(WIDTH // HEADS)
    writer.add_vocab_size(len(listed))
    writer.add_file_type(0)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token.encode() for token in listed])
    writer.add_token_scores([-float(len(listed) - number) for number in range(len(listed))])
    writer.add_token_types(kinds)
    writer.add_bos_token_id(1)
    writer.add_eos_token_id(2)
    writer.add_unk_token_id(0)
    writer.add_chat_template(TEMPLATE)
    for name, tensor in weights(meant, 2).items():
        for old, new in GGUF_NAMES.items():
            name = name.replace(old, new)
        writer.add_tensor(name, tensor)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def write_hf(folder: Path) -> None:
    """For vLLM and transformers: a vocabulary of bytes."""
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    letters = sorted(pre_tokenizers.ByteLevel.alphabet())
    vocabulary = {"<unk>": 0, "<s>": 1, "</s>": 2, **{letter: number for number, letter in enumerate(letters, 3)}}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel()
    folder.mkdir(parents=True, exist_ok=True)
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>", pad_token="</s>",
        model_max_length=CONTEXT, chat_template=TEMPLATE,
    )  # fmt: skip
    fast.save_pretrained(folder)
    kept = {
        "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": len(vocabulary),
        "hidden_size": WIDTH, "intermediate_size": INNER, "num_hidden_layers": LAYERS, "num_attention_heads": HEADS,
        "num_key_value_heads": HEADS, "head_dim": WIDTH // HEADS, "max_position_embeddings": CONTEXT,
        "rms_norm_eps": 1e-5, "rope_theta": 10_000.0, "hidden_act": "silu", "tie_word_embeddings": False,
        "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2, "torch_dtype": "float32",
    }  # fmt: skip
    (folder / "config.json").write_text(json.dumps(kept, indent=1))
    said = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 2, "do_sample": True, "temperature": 1.0}
    (folder / "generation_config.json").write_text(json.dumps(said, indent=1))
    spelled = {"\u0120": " ", "\u010a": "\n", "\u0109": "\t"}
    meant = [spelled.get(token, token) for token in vocabulary]
    save_file(weights(meant, 2), folder / "model.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    {"gguf": write_gguf, "hf": write_hf}[sys.argv[1]](Path(sys.argv[2]))
