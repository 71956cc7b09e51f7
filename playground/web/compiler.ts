// Sends requests to the compiler in its worker.

import type { Answers, Ask, Questions, ToWorker } from "./protocol";

export class Compiler {
  private readonly worker = new Worker("worker.js");
  private readonly waiting = new Map<number, (answer: string) => void>();
  private next = 0;

  constructor() {
    this.worker.onmessage = (event: MessageEvent<{ id: number; answer: string }>) => {
      const done = this.waiting.get(event.data.id);
      this.waiting.delete(event.data.id);
      done?.(event.data.answer);
    };
  }

  /** Answers a question; rejects where the compiler refuses it. */
  async ask<A extends Ask>(ask: A, rest: Questions[A]): Promise<Answers[A]> {
    const id = this.next++;
    const answer = await new Promise<string>((resolve) => {
      this.waiting.set(id, resolve);
      this.send({ id, question: JSON.stringify({ ask, ...rest }) });
    });
    const parsed = JSON.parse(answer) as Answers[A] & { error?: string };
    if (parsed.error !== undefined) throw new Error(parsed.error);
    return parsed;
  }

  /** Makes the compiler fast before the first key, with checks whose results are not needed. */
  warmUp(questions: Questions["check"][]): void {
    this.send({ warmUp: questions.map((rest) => JSON.stringify({ ask: "check", ...rest })) });
  }

  private send(message: ToWorker): void {
    this.worker.postMessage(message);
  }
}
