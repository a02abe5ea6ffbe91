import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;

/** Answers each request after 40 s, in a thread of its own. usage: PORT */
public class Slow {
  public static void main(String[] args) throws Exception {
    HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 64);
    server.setExecutor(Executors.newCachedThreadPool());
    server.createContext("/", exchange -> {
      try { Thread.sleep(40_000); } catch (InterruptedException e) { return; }
      exchange.sendResponseHeaders(200, -1);
    });
    server.start();
  }
}
