"""Measures the energy of LLM inference on this machine's card: python measure/measure.py --help"""

import sys

from ecomeasure.command_line import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
