"""The measurement kit: energy of LLM inference on one's own card, by the published protocol."""

KIT_VERSION = "0.1.0"
