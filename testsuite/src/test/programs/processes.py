"""Child processes: their output, input, exit status and signals."""
import signal
import subprocess
import sys

print(subprocess.run(["/usr/bin/sed", "s/b/X/g"], input=b"abc\n", capture_output=True).stdout)
print(subprocess.run(["/usr/bin/grep", "-q", "zzz"], stdin=subprocess.DEVNULL).returncode)
print(subprocess.check_output([sys.executable, "-c", "import sys; print(sum(range(100)))"]))
child = subprocess.Popen(["/usr/bin/sleep", "60"])
child.send_signal(signal.SIGTERM)
print(child.wait() == -signal.SIGTERM)
try:
    subprocess.run(["/no/such/program"])
except FileNotFoundError as error:
    print(error.strerror)
