"""Runs a program on a pseudo-terminal.

    pseudo_terminal.py COLUMNS ROWS PROGRAM [ARGUMENT...]

What comes on standard input is typed; what the program draws goes to standard output. Lines on descriptor 3 are commands:
`resize COLUMNS ROWS` and `signal NUMBER`. When the program has ended, one line of JSON goes to descriptor 4: its exit code
or minus the signal that ended it, and whether the terminal's settings are those from before.
"""

import fcntl
import json
import os
import pty
import select
import struct
import sys
import termios


def resize(descriptor, columns, rows):
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def main():
    columns, rows = int(sys.argv[1]), int(sys.argv[2])
    master, slave = pty.openpty()
    resize(slave, columns, rows)
    before = termios.tcgetattr(slave)
    child = os.fork()
    if child == 0:
        os.close(3)
        os.close(4)
        os.close(master)
        os.setsid()
        fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
        for descriptor in (0, 1, 2):
            os.dup2(slave, descriptor)
        os.execvp(sys.argv[3], sys.argv[3:])
    sources = [0, 3, master]
    commands = b""
    ended = None
    while True:
        ready, _, _ = select.select(sources, [], [], 0.02)
        if master in ready:
            os.write(1, os.read(master, 65536))
            continue
        if ended is not None:
            break
        if 0 in ready:
            typed = os.read(0, 65536)
            if typed:
                os.write(master, typed)
            else:
                sources.remove(0)
        if 3 in ready:
            data = os.read(3, 65536)
            if not data:
                # Whoever asked for all this is gone.
                os.kill(child, 9)
                sources.remove(3)
            commands += data
            *lines, commands = commands.split(b"\n")
            for line in lines:
                name, *numbers = line.decode().split()
                if name == "resize":
                    resize(slave, int(numbers[0]), int(numbers[1]))
                else:
                    os.kill(child, int(numbers[0]))
        # The pseudo-terminal is held open here, so its end is not seen there.
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            ended = os.waitstatus_to_exitcode(status)
    restored = termios.tcgetattr(slave) == before
    os.write(4, (json.dumps({"code": ended, "restored": restored}) + "\n").encode())


main()
