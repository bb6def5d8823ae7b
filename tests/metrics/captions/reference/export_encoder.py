"""Makes encoders that transformers.js runs, for comparing BERTScore.

Made with torch 2.15.0, transformers 5.24.0, onnx 1.23.2, Python 3.11. It made ../fixtures/tiny-bert/: a BERT of random
weights, large enough to have contexts and small enough to keep.

usage: export_encoder.py tiny OUT        a random BERT of 2 layers
       export_encoder.py MODEL OUT       a BERT-like model from a local folder

Writes config.json, tokenizer.json, tokenizer_config.json, model.safetensors and onnx/model.onnx, whose outputs are
last_hidden_state and hidden_states.0 (embeddings) to hidden_states.N.
"""

import json
import os
import shutil
import sys

import onnx
import torch
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel

WORDS = """a an the of on in at to with and is are man woman boy girl child dog cat horse bench table car street beach
field red blue green white black young old small large standing sitting riding holding wave surf ##board ##ing ##s
##ed play walk run tennis court giraffe top front next two three , . ' s it""".split()


class AllLayers(torch.nn.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, token_type_ids):
        out = self.model(
            input_ids=input_ids,
            attention_mask=attention_mask,
            token_type_ids=token_type_ids,
            output_hidden_states=True,
        )
        return (out.last_hidden_state, *out.hidden_states)


def make_tiny(out):
    torch.manual_seed(7)
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(WORDS)]
    vocabulary += [c for c in "abcdefghijklmnopqrstuvwxyz" if c not in vocabulary]
    vocabulary += ["##" + c for c in "abcdefghijklmnopqrstuvwxyz" if "##" + c not in vocabulary]
    os.makedirs(out, exist_ok=True)
    from transformers import BertTokenizerFast

    tokenizer = BertTokenizerFast(vocab={w: i for i, w in enumerate(vocabulary)}, model_max_length=32)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32,
        max_position_embeddings=32, initializer_range=0.4,
    )
    model = BertModel(config)
    tokenizer.save_pretrained(out)
    model.save_pretrained(out)


def main():
    source, out = sys.argv[1:]
    if source == "tiny":
        make_tiny(out)
    else:
        shutil.copytree(source, out, dirs_exist_ok=True)
    model = AutoModel.from_pretrained(out, attn_implementation="eager").eval()
    tokenizer = AutoTokenizer.from_pretrained(out)
    layers = model.config.num_hidden_layers
    example = tokenizer(["a man", "two women sitting on a bench"], padding=True, return_tensors="pt")
    arguments = (example["input_ids"], example["attention_mask"], torch.zeros_like(example["input_ids"]))
    names = ["input_ids", "attention_mask", "token_type_ids"]
    axes = {0: torch.export.Dim.DYNAMIC, 1: torch.export.Dim.DYNAMIC}
    os.makedirs(f"{out}/onnx", exist_ok=True)
    torch.onnx.export(
        AllLayers(model), arguments, f"{out}/onnx/model.onnx", input_names=names,
        output_names=["last_hidden_state", *[f"hidden_states.{i}" for i in range(layers + 1)]],
        dynamic_shapes=(axes, axes, axes), external_data=False, dynamo=True,
    )
    strip_notes(f"{out}/onnx/model.onnx")


def strip_notes(path):
    """Takes away what the exporter notes about each node: it is most of a small file."""
    model = onnx.load(path)
    del model.metadata_props[:]
    for item in (*model.graph.node, *model.graph.value_info, *model.graph.input, *model.graph.output):
        del item.metadata_props[:]
        item.doc_string = ""
    del model.graph.metadata_props[:]
    del model.graph.value_info[:]
    onnx.save(model, path)


if __name__ == "__main__":
    main()
