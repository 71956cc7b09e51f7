// Links that contain the complete state: `#s=` and the compressed files.

import type { Files } from "./protocol";

export interface Shared {
  files: Files;
  entry: string;
}

export interface Example extends Shared {
  name: string;
  title: string;
}

/** What the address asks for: an example, or the files of a link. */
export interface Opened {
  state: Shared;
  /** The name of the example that is shown as selected. */
  example: string;
  isInvalid: boolean;
}

export async function fromAddress(examples: Example[]): Promise<Opened> {
  const [key, value = ""] = location.hash.slice(1).split("=");
  const linked = key === "s" ? await decode(value) : null;
  const named = (key === "example" && examples.find((it) => it.name === value)) || examples[0];
  const state = linked ?? named ?? { files: { "pipeline.pipe": "" }, entry: "pipeline.pipe" };
  return { state, example: named?.name ?? "", isInvalid: key === "s" && linked === null };
}

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream): Promise<Uint8Array<ArrayBuffer>> {
  const piped = new Blob([bytes]).stream().pipeThrough(stream);
  return new Uint8Array(await new Response(piped).arrayBuffer());
}

export async function encode(state: Shared): Promise<string> {
  const bytes = await through(new TextEncoder().encode(JSON.stringify(state)), new CompressionStream("deflate-raw"));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The state of a link; nothing where it holds none. */
export async function decode(text: string): Promise<Shared | null> {
  try {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    const bytes = await through(Uint8Array.from(binary, (c) => c.charCodeAt(0)), new DecompressionStream("deflate-raw"));
    const state: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof state !== "object" || state === null) return null;
    const { files, entry } = state as Partial<Shared>;
    if (typeof entry !== "string" || typeof files !== "object" || files === null || !(entry in files)) return null;
    return Object.values(files).every((it) => typeof it === "string") ? { files, entry } : null;
  } catch {
    return null;
  }
}
