"""The process at the other end of a connection is found."""

import os
import socket
import unittest

from sockets import process_behind


class SocketsTest(unittest.TestCase):
    def test_process_of_a_port_is_found(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            with socket.create_connection(server.getsockname()) as client:
                self.assertEqual(os.getpid(), process_behind(client.getsockname()[1]))

    def test_free_port_has_no_process(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
        self.assertIsNone(process_behind(port))


if __name__ == "__main__":
    unittest.main()
