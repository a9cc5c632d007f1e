/** `<model>`, `[MODEL_PATH]`, `{model_id}`: the gap that an author left. */
const BRACKETED = /^(?:<[^<>]{1,100}>|\[[^[\]]{1,100}\]|\{[^{}]{1,100}\})$/;
/** `path/to/model`, `your-org/your-model`, `YOUR_MODEL`. */
const WORDED =
  /(?:^|[/_.-])path[/_-]to[/_-]|(?:^|[/_-])your[-_ ]?(?:own[-_ ]?)?(?:hf|hugging\s?face|org|user|username|name|model|repo|finetuned|fine-tuned|checkpoint|local|path)\b|^(?:HF_)?MODEL(?:_(?:NAME|ID|PATH|NAME_OR_PATH|DIR))?$|<[^<>/]{1,60}>/i;

/** Text in the place of a model's id that stands for one that somebody is to fill in. */
export const isPlaceholder = (text: string): boolean => {
  const shown = text.trim().slice(0, 300);
  return BRACKETED.test(shown) || WORDED.test(shown);
};
