import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.LinkedBlockingQueue;

/** A server whose threads each keep a connection while they wait for an event that never comes, or, with `client`, for its client. Prints its port. */
class Held {
  static final LinkedBlockingQueue<String> EVENTS = new LinkedBlockingQueue<>();

  static void hold(Socket socket, boolean isForClient) {
    try {
      if (isForClient) socket.getInputStream().read(); // waits here
      else socket.getOutputStream().write(EVENTS.take().getBytes()); // held here
    } catch (Exception ended) {
      Thread.currentThread().interrupt();
    }
  }

  public static void main(String[] words) throws Exception {
    ServerSocket server = new ServerSocket(0, 64, InetAddress.getByName("127.0.0.1"));
    System.out.println(server.getLocalPort());
    while (true) {
      Socket socket = server.accept();
      Thread thread = new Thread(() -> hold(socket, words.length > 0));
      thread.setDaemon(true);
      thread.start();
    }
  }
}
