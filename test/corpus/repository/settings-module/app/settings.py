from pydantic_settings import BaseSettings
from transformers import BitsAndBytesConfig

EIGHT_BIT = BitsAndBytesConfig(load_in_8bit=True)


class Settings(BaseSettings):
    model: str = "mistralai/Mistral-7B-Instruct-v0.2"
    max_sequences: int = 1


settings = Settings()
