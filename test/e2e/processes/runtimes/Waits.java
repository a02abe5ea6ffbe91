import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A server whose threads each wait for a byte of their client. Prints its port. */
class Waits {
  static void serve(Socket socket) {
    try {
      socket.getInputStream().read(); // waits here
    } catch (Exception ended) {
      Thread.currentThread().interrupt();
    }
  }

  public static void main(String[] words) throws Exception {
    ServerSocket server = new ServerSocket(0, 64, InetAddress.getByName("127.0.0.1"));
    System.out.println(server.getLocalPort());
    while (true) {
      Socket socket = server.accept();
      Thread thread = new Thread(() -> serve(socket));
      thread.setDaemon(true);
      thread.start();
    }
  }
}
