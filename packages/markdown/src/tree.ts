/** A piece of running text. Line breaks stand in `text` as `\n`. */
export type Inline =
  | { type: 'text'; text: string }
  | { type: 'code'; text: string }
  | { type: 'strong' | 'emphasis' | 'strike'; children: Inline[] }
  /** `url` is `http:`, `https:` or `mailto:`; anything else stays text. */
  | { type: 'link'; url: string; children: Inline[] }
  /** `@username`, in lower case without the `@`; whether there is such a member, the message's `mentions` tell. */
  | { type: 'mention'; username: string; text: string }

export type Block =
  | { type: 'paragraph'; children: Inline[] }
  | { type: 'quote'; children: Block[] }
  | { type: 'code'; language: string | null; text: string }
  | { type: 'list'; ordered: boolean; start: number; items: Block[][] }
