//! Vectors of `f32` as one type for AVX-512, AVX2 with FMA, WebAssembly SIMD, and anything else.
//!
//! The kernels are generic over [`Vector`] and inlined into functions that enable the matching
//! target features, so each is compiled once for each instruction set and chosen at run time.

/// A vector of `LANES` consecutive `f32`.
///
/// # Safety
/// Methods may only be called inside a function that enables the implementation's target
/// features; pointers must be valid for `LANES` elements.
pub(super) unsafe trait Vector: Copy {
    const LANES: usize;
    unsafe fn load(from: *const f32) -> Self;
    unsafe fn store(self, to: *mut f32);
    unsafe fn splat(value: f32) -> Self;
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self;
    unsafe fn add(self, other: Self) -> Self;
    /// max(self, 0).
    unsafe fn relu(self) -> Self;
    /// `self` where `gate > 0`, otherwise 0.
    unsafe fn keep_where_positive(self, gate: Self) -> Self;
}

/// Defines a function that calls a generic one with the widest vectors that this processor has.
///
/// The generic one may count on the features of its vectors; what else it asks for, the caller grants.
macro_rules! dispatch {
    ($visibility:vis fn $name:ident = $generic:ident, ($($argument:ident: $type:ty),*)) => {
        $visibility fn $name($($argument: $type),*) {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f")]
            unsafe fn avx512($($argument: $type),*) {
                unsafe { $generic::<std::arch::x86_64::__m512>($($argument),*) }
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            unsafe fn avx2($($argument: $type),*) {
                unsafe { $generic::<std::arch::x86_64::__m256>($($argument),*) }
            }
            // SAFETY: each runs only where its features were detected.
            unsafe {
                #[cfg(target_arch = "x86_64")]
                if std::is_x86_feature_detected!("avx512f") {
                    return avx512($($argument),*);
                } else if std::is_x86_feature_detected!("avx2")
                    && std::is_x86_feature_detected!("fma")
                {
                    return avx2($($argument),*);
                }
                #[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
                return $generic::<std::arch::wasm32::v128>($($argument),*);
                #[allow(unreachable_code)]
                $generic::<f32>($($argument),*);
            }
        }
    };
}
pub(super) use dispatch;

#[cfg(target_arch = "x86_64")]
mod x86 {
    use std::arch::x86_64::*;

    unsafe impl super::Vector for __m512 {
        const LANES: usize = 16;
        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            unsafe { _mm512_loadu_ps(from) }
        }
        #[inline(always)]
        unsafe fn store(self, to: *mut f32) {
            unsafe { _mm512_storeu_ps(to, self) }
        }
        #[inline(always)]
        unsafe fn splat(value: f32) -> Self {
            unsafe { _mm512_set1_ps(value) }
        }
        #[inline(always)]
        unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
            unsafe { _mm512_fmadd_ps(self, factor, sum) }
        }
        #[inline(always)]
        unsafe fn add(self, other: Self) -> Self {
            unsafe { _mm512_add_ps(self, other) }
        }
        #[inline(always)]
        unsafe fn relu(self) -> Self {
            unsafe { _mm512_max_ps(self, _mm512_setzero_ps()) }
        }
        #[inline(always)]
        unsafe fn keep_where_positive(self, gate: Self) -> Self {
            unsafe {
                let mask = _mm512_cmp_ps_mask::<_CMP_GT_OQ>(gate, _mm512_setzero_ps());
                _mm512_maskz_mov_ps(mask, self)
            }
        }
    }

    unsafe impl super::Vector for __m256 {
        const LANES: usize = 8;
        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            unsafe { _mm256_loadu_ps(from) }
        }
        #[inline(always)]
        unsafe fn store(self, to: *mut f32) {
            unsafe { _mm256_storeu_ps(to, self) }
        }
        #[inline(always)]
        unsafe fn splat(value: f32) -> Self {
            unsafe { _mm256_set1_ps(value) }
        }
        #[inline(always)]
        unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
            unsafe { _mm256_fmadd_ps(self, factor, sum) }
        }
        #[inline(always)]
        unsafe fn add(self, other: Self) -> Self {
            unsafe { _mm256_add_ps(self, other) }
        }
        #[inline(always)]
        unsafe fn relu(self) -> Self {
            unsafe { _mm256_max_ps(self, _mm256_setzero_ps()) }
        }
        #[inline(always)]
        unsafe fn keep_where_positive(self, gate: Self) -> Self {
            unsafe {
                let mask = _mm256_cmp_ps::<_CMP_GT_OQ>(gate, _mm256_setzero_ps());
                _mm256_and_ps(self, mask)
            }
        }
    }
}

/// Multiplication and addition round one after the other: a browser that fused them where it can
/// would not give the same bits everywhere.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm {
    use std::arch::wasm32::*;

    unsafe impl super::Vector for v128 {
        const LANES: usize = 4;
        #[inline(always)]
        unsafe fn load(from: *const f32) -> Self {
            unsafe { v128_load(from.cast()) }
        }
        #[inline(always)]
        unsafe fn store(self, to: *mut f32) {
            unsafe { v128_store(to.cast(), self) }
        }
        #[inline(always)]
        unsafe fn splat(value: f32) -> Self {
            f32x4_splat(value)
        }
        #[inline(always)]
        unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
            f32x4_add(f32x4_mul(self, factor), sum)
        }
        #[inline(always)]
        unsafe fn add(self, other: Self) -> Self {
            f32x4_add(self, other)
        }
        #[inline(always)]
        unsafe fn relu(self) -> Self {
            f32x4_pmax(f32x4_splat(0.0), self)
        }
        #[inline(always)]
        unsafe fn keep_where_positive(self, gate: Self) -> Self {
            v128_and(self, f32x4_gt(gate, f32x4_splat(0.0)))
        }
    }
}

/// One element: what is left over when channels are no multiple of a wider vector, and the whole
/// of the work where no wider vector is known.
unsafe impl Vector for f32 {
    const LANES: usize = 1;
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Self {
        unsafe { *from }
    }
    #[inline(always)]
    unsafe fn store(self, to: *mut f32) {
        unsafe { *to = self }
    }
    #[inline(always)]
    unsafe fn splat(value: f32) -> Self {
        value
    }
    #[inline(always)]
    unsafe fn mul_add(self, factor: Self, sum: Self) -> Self {
        self * factor + sum
    }
    #[inline(always)]
    unsafe fn add(self, other: Self) -> Self {
        self + other
    }
    #[inline(always)]
    unsafe fn relu(self) -> Self {
        self.max(0.0)
    }
    #[inline(always)]
    unsafe fn keep_where_positive(self, gate: Self) -> Self {
        if gate > 0.0 { self } else { 0.0 }
    }
}
