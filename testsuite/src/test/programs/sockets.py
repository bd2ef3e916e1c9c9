"""A server and clients over loopback TCP, in threads; a Unix socket pair; select."""
import select
import socket
import threading

server = socket.create_server(("127.0.0.1", 0))
address = server.getsockname()


def serve():
    for _ in range(10):
        connection, _ = server.accept()
        with connection:
            data = b""
            while not data.endswith(b"\n"):
                data += connection.recv(100)
            connection.sendall(data.upper())


threading.Thread(target=serve).start()
for i in range(10):
    with socket.create_connection(address) as client:
        client.sendall(f"message {i} ".encode() * 50 + b"\n")
        reply = b""
        while not reply.endswith(b"\n"):
            reply += client.recv(4096)
        print(len(reply), reply[:10].decode())

one, other = socket.socketpair()
one.sendall(b"pair")
print(select.select([other], [], [], 5)[0] == [other], other.recv(10))
try:
    socket.create_connection(("127.0.0.1", 1), timeout=5)
except OSError as error:
    print(type(error).__name__)
