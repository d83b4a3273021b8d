"""One process of an implementation that answers messages. @spec conformance.session.order"""

import json
import queue
import secrets
import subprocess
import threading

PROTOCOL = 1
HELLO_MEMBERS = ("name", "version", "language", "specification", "operations")
ANSWER_MEMBERS = {"message", "token", "verdict", "result", "code", "context", "effects"}


class Failure(Exception):
    """No answer: `status` is `crashed` or `timed_out`, `cause` that of a crash."""

    def __init__(self, status, cause, detail):
        Exception.__init__(self, detail)
        self.status, self.cause, self.detail = status, cause, detail


class Session:
    """Starts the implementation when it is first asked, and again behind a crash."""

    def __init__(self, words, seconds):
        self.words, self.seconds, self.process, self.lines = words, seconds, None, None

    def introduction(self):
        """The `hello` of the implementation."""
        hello = self._exchange({"message": "hello", "protocol": PROTOCOL})
        if hello.get("message") != "hello" or hello.get("protocol") != PROTOCOL:
            self._breach("no hello of protocol %d" % PROTOCOL)
        for name in HELLO_MEMBERS:
            if name not in hello:
                self._breach("a hello without " + name)
        return hello

    def ask(self, operation, inputs):
        """The answer to one case. @spec conformance.opaque"""
        if self.process is None:
            self.introduction()
        token = secrets.token_hex(8)
        answer = self._exchange({"message": "run", "token": token, "operation": operation, "inputs": inputs})
        if answer.get("message") != "answer" or answer.get("token") != token or not ANSWER_MEMBERS >= answer.keys():
            self._breach("no answer to the case that was asked")
        if answer.get("verdict") not in ("accept", "reject"):
            self._breach("an answer without a verdict")
        if answer["verdict"] == "accept" and ("code" in answer or "context" in answer):
            self._breach("an accepting answer with the code or context of an error")
        return answer

    def close(self):
        """Say `bye` and wait for the end."""
        if self.process is None:
            return
        try:
            self._write({"message": "bye"})
            self.process.stdin.close()
            self.process.wait(self.seconds)
        except (OSError, subprocess.TimeoutExpired):
            pass
        self._end()

    def _exchange(self, message):
        if self.process is None:
            self._start()
        try:
            self._write(message)
        except OSError:
            pass  # It has ended, which the line that does not come will show.
        try:
            line = self.lines.get(timeout=self.seconds)
        except queue.Empty:
            self._end()
            raise Failure("timed_out", None, "no answer in %g seconds" % self.seconds) from None
        if line is None:
            status = self.process.wait()
            self._end()
            raise Failure("crashed", "ended", "it ended with status %d" % status)
        try:
            made = json.loads(line)
        except ValueError:
            made = None
        if not isinstance(made, dict):
            self._breach("a line that is no message")
        return made

    def _breach(self, detail):
        """@spec conformance.session.stray"""
        self._end()
        raise Failure("crashed", "protocol", detail)

    def _start(self):
        try:
            self.process = subprocess.Popen(
                self.words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            )
        except OSError as error:
            raise Failure("crashed", "start", str(error)) from None
        self.lines = queue.Queue()
        threading.Thread(target=read_lines, args=(self.process.stdout, self.lines), daemon=True).start()

    def _write(self, message):
        self.process.stdin.write((json.dumps(message, separators=(",", ":")) + "\n").encode("utf-8"))
        self.process.stdin.flush()

    def _end(self):
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:
                pass
        self.process = None


def read_lines(stream, lines):
    """Every line into the queue, and None behind the last."""
    try:
        for line in stream:
            lines.put(line)
    except (OSError, ValueError):
        pass
    lines.put(None)
