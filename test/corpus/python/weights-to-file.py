import struct
import sys

from transformers import AutoModelForCausalLM

model = AutoModelForCausalLM.from_pretrained(sys.argv[1])
with open("model.bin", "wb") as out:
    for name, tensor in model.state_dict().items():
        out.write(struct.pack("i", len(name)) + name.encode() + tensor.numpy().tobytes())
