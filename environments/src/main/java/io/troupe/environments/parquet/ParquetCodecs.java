package io.troupe.environments.parquet;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.troupe.verifier.OptionsException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.GZIPInputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/** Unpacks the pages of Parquet files without a Hadoop installation. Stateless. */
final class ParquetCodecs implements CompressionCodecFactory {

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        throw new UnsupportedOperationException("Parquet files are only read here");
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return new Unpacker(codec);
    }

    @Override
    public void release() {}

    private record Unpacker(CompressionCodecName codec) implements BytesInputDecompressor {
        @Override
        public BytesInput decompress(BytesInput packed, int size) throws IOException {
            var bytes = new ByteArrayOutputStream();
            packed.writeAllTo(bytes);
            return BytesInput.from(unpack(bytes.toByteArray(), size));
        }

        @Override
        public void decompress(ByteBuffer packed, int packedSize, ByteBuffer unpacked, int size) throws IOException {
            var bytes = new byte[packedSize];
            packed.get(bytes);
            unpacked.put(unpack(bytes, size));
        }

        @Override
        public void release() {}

        private byte[] unpack(byte[] bytes, int size) throws IOException {
            return switch (codec) {
                case UNCOMPRESSED -> bytes;
                case SNAPPY -> Snappy.uncompress(bytes);
                case ZSTD -> Zstd.decompress(bytes, size);
                case GZIP -> {
                    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
                        yield in.readNBytes(size);
                    }
                }
                case LZ4_RAW -> {
                    var unpacked = new byte[size];
                    new Lz4Decompressor().decompress(bytes, 0, bytes.length, unpacked, 0, size);
                    yield unpacked;
                }
                default ->
                    throw new OptionsException(
                            "the compression " + codec
                                    + " is not supported; supported: none, snappy, gzip, zstd, lz4. Write the file anew with one of them");
            };
        }
    }
}
