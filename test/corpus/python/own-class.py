import argparse
import os

import streamlit as st
from huggingface_hub import snapshot_download
from models.modeling_moss import MossForCausalLM

parser = argparse.ArgumentParser()
parser.add_argument("--model", default="fnlp/moss-moon-003-sft")
parser.add_argument("--gpu", default="0")
args = parser.parse_args()
os.environ["CUDA_VISIBLE_DEVICES"] = args.gpu

path = args.model
if not os.path.exists(path):
    path = snapshot_download(args.model)
model = MossForCausalLM.from_pretrained(path).half().cuda()
st.write(model.generate(**inputs, max_new_tokens=100))
